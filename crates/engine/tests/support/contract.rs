//! What every engine promises, written once.

use super::bench::Bench;
use engine::{EngineError, Exit, Labels, LogSource, MountSource, PortUse, Stream};
use futures_util::StreamExt;
use std::io::Read;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(20);

/// One test per promise; `$bench` gives the engine, or `None` where there is none.
#[macro_export]
macro_rules! contract {
    ($bench:path: $($promise:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $promise() {
            if let Some(bench) = $bench().await {
                support::contract::$promise(&bench).await;
            }
        }
    )*};
}

pub async fn an_instance_serves_stops_and_goes(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    assert_eq!(bench.read(&started).await, "hello");
    let found = bench.engine.list(&bench.labels).await.unwrap();
    assert_eq!(found.iter().map(|it| (&it.handle, it.running)).collect::<Vec<_>>(), [(&started.handle, true)]);
    assert_eq!(found[0].name, bench.server().name);
    assert!(bench.labels.iter().all(|(name, value)| found[0].labels.get(name) == Some(value)));

    bench.engine.stop(&started.handle, LONG).await.unwrap();
    let exit = bench.engine.wait(&started.handle).await.unwrap();
    assert_eq!(exit, Exit { code: 0, out_of_memory: false, error: String::new() });
    bench.engine.stop(&started.handle, LONG).await.unwrap();
    assert!(!bench.engine.list(&bench.labels).await.unwrap()[0].running);
    assert_eq!(bench.lines(&started.handle, Some(1), false).await.len(), 1);

    bench.engine.remove(&started.handle).await.unwrap();
    bench.engine.remove(&started.handle).await.unwrap();
    bench.engine.stop(&started.handle, LONG).await.unwrap();
    assert!(matches!(bench.engine.wait(&started.handle).await, Err(EngineError::NoSuchInstance)));
    bench.nothing_is_left().await;
}

pub async fn the_exit_code_is_the_programs(bench: &Bench) {
    let started = bench.engine.start(&bench.python(&["-c", "raise SystemExit(7)"])).await.unwrap();
    assert_eq!(bench.engine.wait(&started.handle).await.unwrap().code, 7);
    assert_eq!(bench.engine.wait(&started.handle).await.unwrap().code, 7);
    bench.engine.remove(&started.handle).await.unwrap();
    bench.nothing_is_left().await;
}

pub async fn who_does_not_stop_is_killed(bench: &Bench) {
    let deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\nwhile True: signal.pause()";
    let started = bench.engine.start(&bench.python(&["-c", deaf])).await.unwrap();
    bench.until(&started.handle, "deaf").await;
    bench.engine.stop(&started.handle, Duration::from_secs(1)).await.unwrap();
    assert_eq!(bench.engine.wait(&started.handle).await.unwrap().code, 137);
}

pub async fn who_is_killed_ends_with_137(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    bench.engine.kill(&started.handle).await.unwrap();
    let exit = bench.engine.wait(&started.handle).await.unwrap();
    assert_eq!((exit.code, exit.out_of_memory), (137, false));
    bench.engine.kill(&started.handle).await.unwrap();
    bench.engine.remove(&started.handle).await.unwrap();
    bench.engine.kill(&started.handle).await.unwrap();
    bench.nothing_is_left().await;
}

pub async fn who_is_frozen_answers_when_it_is_resumed(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    for _ in 0..2 {
        bench.engine.freeze(&started.handle).await.unwrap();
    }
    let mut connection = TcpStream::connect(started.addresses[&PortUse::Serve]).unwrap();
    connection.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let silent = connection.read(&mut [0]).unwrap_err().kind();
    assert!(matches!(silent, std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{silent:?}");
    for _ in 0..2 {
        bench.engine.resume(&started.handle).await.unwrap();
    }
    connection.set_read_timeout(Some(LONG)).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "hello");
    bench.engine.remove(&started.handle).await.unwrap();
    bench.engine.freeze(&started.handle).await.unwrap();
    bench.engine.resume(&started.handle).await.unwrap();
}

pub async fn who_is_frozen_can_be_killed_stopped_and_removed(bench: &Bench) {
    for way in ["kill", "stop", "remove"] {
        let started = bench.engine.start(&bench.server()).await.unwrap();
        bench.until(&started.handle, "listening as blue").await;
        bench.engine.freeze(&started.handle).await.unwrap();
        let (exit, ended) = tokio::join!(bench.engine.wait(&started.handle), async {
            match way {
                "kill" => bench.engine.kill(&started.handle).await,
                "stop" => bench.engine.stop(&started.handle, LONG).await,
                _ => bench.engine.remove(&started.handle).await,
            }
        });
        ended.unwrap();
        match exit {
            // Asked over two connections at once: it may be gone before it is waited for.
            Err(EngineError::NoSuchInstance) if way == "remove" => {}
            exit => assert!([0, 137].contains(&exit.unwrap().code), "{way}"),
        }
        bench.engine.remove(&started.handle).await.unwrap();
    }
    bench.nothing_is_left().await;
}

pub async fn a_running_instance_can_be_removed(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let (waited, removed) = tokio::join!(bench.engine.wait(&started.handle), async {
        bench.until(&started.handle, "listening as blue").await;
        bench.engine.remove(&started.handle).await
    });
    removed.unwrap();
    assert_eq!(waited.unwrap().code, 137);
    bench.nothing_is_left().await;
}

/// Of one that nobody was told the handle of, the name is known.
pub async fn a_name_does_for_a_handle(bench: &Bench) {
    bench.engine.start(&bench.server()).await.unwrap();
    bench.engine.remove(&engine::InstanceHandle(bench.server().name)).await.unwrap();
    bench.nothing_is_left().await;
}

pub async fn logs_keep_streams_lines_and_order(bench: &Bench) {
    let script = "import sys, os\nfor n in range(5): print('out', n)\nsys.stdout.flush()\nos.write(2, b'err \\xff\\n')\nos.write(1, b'1%\\r2%\\nno end')";
    let started = bench.engine.start(&bench.python(&["-c", script])).await.unwrap();
    bench.engine.wait(&started.handle).await.unwrap();
    let source = LogSource { tail: None, follow: true };
    let lines: Vec<_> = bench.engine.logs(&started.handle, source).await.unwrap().collect().await;
    let of = |stream| lines.iter().filter(move |line| line.stream == stream).map(|line| line.text.as_str());
    assert_eq!(of(Stream::Stdout).collect::<Vec<_>>(), ["out 0", "out 1", "out 2", "out 3", "out 4", "2%", "no end"]);
    assert_eq!(of(Stream::Stderr).collect::<Vec<_>>(), ["err \u{fffd}"]);
    assert_eq!(bench.lines(&started.handle, Some(2), false).await.len(), 2);
}

pub async fn following_ends_with_the_instance(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let (lines, ()) = tokio::join!(bench.lines(&started.handle, None, true), async {
        bench.until(&started.handle, "listening as blue").await;
        bench.engine.stop(&started.handle, LONG).await.unwrap();
    });
    assert!(lines.contains(&"warned".to_owned()) && lines.contains(&"listening as blue".to_owned()), "{lines:?}");
}

pub async fn a_missing_mount_is_named(bench: &Bench) {
    let mut launch = bench.server();
    launch.mounts = vec![bench.mount(Path::new("/no/such/model"))];
    let error = bench.engine.start(&launch).await.unwrap_err();
    assert!(matches!(error, EngineError::MountMissing(path) if path == Path::new("/no/such/model")));
    bench.nothing_is_left().await;
}

pub async fn a_missing_program_is_named(bench: &Bench) {
    let mut launch = bench.server();
    launch.argv.as_mut().unwrap()[0] = engine::Arg::Text("no-such-program".into());
    let error = bench.engine.start(&launch).await.unwrap_err();
    assert!(matches!(&error, EngineError::ProgramNotFound { program } if program == "no-such-program"), "{error:?}");
    bench.nothing_is_left().await;
}

/// Of a folder that nobody may write to.
pub async fn scratch_is_written_to_and_goes_with_the_instance(bench: &Bench) {
    let folder = bench.folder.path().join("app");
    std::fs::create_dir(folder.join("below")).unwrap();
    std::fs::write(folder.join("below/file"), "as it was").unwrap();
    std::process::Command::new("chmod").args(["-R", "a-w"]).arg(&folder).status().unwrap();
    let script = "import os\nprint(open('below/file').read())\nopen('below/file', 'w').write('changed')\nopen('new', 'w').close()\nos.remove('greeting.txt')\nprint(open('below/file').read())";
    let mut launch = bench.python(&["-c", script]);
    launch.mounts[0].access = engine::Access::Scratch;
    for _ in 0..2 {
        let started = bench.engine.start(&launch).await.unwrap();
        assert_eq!(started.copied, Vec::<std::path::PathBuf>::new());
        assert_eq!(bench.lines(&started.handle, None, true).await, ["as it was", "changed"]);
        bench.engine.remove(&started.handle).await.unwrap();
    }
    assert_eq!(std::fs::read_to_string(folder.join("below/file")).unwrap(), "as it was");
    assert!(folder.join("greeting.txt").exists() && !folder.join("new").exists());
    std::process::Command::new("chmod").args(["-R", "u+w"]).arg(&folder).status().unwrap();
    bench.nothing_is_left().await;
}

pub async fn an_archive_can_be_mounted(bench: &Bench) {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_path_with_name(bench.folder.path().join("app/greeting.txt"), "deep/greeting.txt").unwrap();
    let mut launch = bench.python(&["-c", "print(open('deep/greeting.txt').read())"]);
    launch.mounts[0].source = MountSource::Archive(builder.into_inner().unwrap());
    let started = bench.engine.start(&launch).await.unwrap();
    assert_eq!(bench.lines(&started.handle, None, true).await, ["hello"]);
}

pub async fn labels_are_all_asked_for(bench: &Bench) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let mut labels = bench.labels.clone();
    labels.insert("other".into(), "x".into());
    assert_eq!(bench.engine.list(&labels).await.unwrap(), []);
    let none = Labels::from([("engine-test".to_owned(), "nobody".to_owned())]);
    assert_eq!(bench.engine.list(&none).await.unwrap(), []);
    bench.engine.remove(&started.handle).await.unwrap();
}
