//! `shell`: inside an instance that runs.

use dsl::on_both_engines;

on_both_engines! {
    fn a_command_has_what_the_instance_has(home) {
        let hello = home.example("hello").serves(["--env", "GREETING=Ahoi"]);
        let said = hello.run(["shell", "--", "sh", "-c", "echo $GREETING; echo aside >&2; exit 7"]).exits(7);
        assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("Ahoi\n", "aside\n"));
        hello.shell("printf 'a\\nb\\n' | local-endpoint shell blue -- wc -l").succeeds().prints("2\n");
        hello.run(["shell", "-n", "green", "--", "true"]).exits(3).like_on_any_engine("shell-no-deployment");
        hello.run(["shell", "--instance", "7", "--", "true"]).exits(3).like_on_any_engine("shell-no-instance");
    }

    fn a_shell_is_on_the_persons_terminal(home) {
        let hello = home.example("hello").serves([]);
        let mut shell = hello.terminal(&["shell"]);
        shell.says("in blue/0 (");
        // Typed text is on the screen, too: what is waited for is written in two pieces.
        shell.types("PS1=rea''dy:\r");
        shell.says("ready:");
        shell.types("stty size; echo $((40+2))\r");
        shell.says("30 100");
        shell.says("42");
        shell.has_size(120, 40);
        shell.types("until [ \"$(stty size)\" = \"$((30+10)) $((100+20))\" ]; do :; done; echo re''sized\r");
        shell.says("resized");
        shell.says("ready:");
        // One process says it and sleeps: between two of a list an interrupt may meet neither.
        shell.types("sh -c 'echo sl\"\"eeps; exec sleep 600'\r");
        shell.says("sleeps");
        shell.types("\u{3}");
        shell.says("ready:");
        shell.types("exit 3\r");
        shell.ends().exits(3);
    }
}
