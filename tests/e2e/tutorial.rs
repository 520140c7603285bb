//! docs/tutorial.md: its files are written, its commands are run, and what it says they print they print.

use dsl::{Output, Project, on_both_engines, repository};

/// A fenced block: its language, its text, and the name in backticks that the line before it ends with.
struct Block {
    language: String,
    text: String,
    file: Option<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut before) = (vec![], None::<Block>, String::new());
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => block.text.push_str(&format!("{line}\n")),
            (None, Some(language)) => {
                let named = before.strip_suffix("`:").and_then(|text| text.rsplit_once('`'));
                let file = named.map(|(_, file)| file.to_owned());
                open = Some(Block { language: language.to_owned(), text: String::new(), file });
            }
            (None, None) if !line.is_empty() => line.clone_into(&mut before),
            (None, None) => {}
        }
    }
    blocks
}

/// Every line is on one of its streams.
fn has(output: &Output, text: &str) {
    let printed: Vec<&str> = output.stdout.lines().chain(output.stderr.lines()).collect();
    let missing: Vec<&str> = text.lines().filter(|line| !printed.contains(line)).collect();
    assert!(missing.is_empty(), "{missing:?} is not printed: {output:?}");
}

fn walk(project: &Project) {
    let page = std::fs::read_to_string(repository().join("docs/tutorial.md")).unwrap();
    let blocks = blocks(&page);
    assert!(blocks.len() > 15, "the page has {} blocks", blocks.len());
    let mut last = None;
    for block in &blocks {
        match (block.language.as_str(), &block.file) {
            ("sh", _) => last = Some(project.shell(&format!("set -e\n{}", block.text)).succeeds()),
            ("text", _) => has(last.as_ref().expect("a command before it"), &block.text),
            (_, Some(file)) => {
                std::fs::create_dir_all(project.path.join(file).parent().unwrap()).unwrap();
                project.write(file, &block.text);
            }
            (language, None) => panic!("a block of {language} is no file and no command:\n{}", block.text),
        }
    }
}

on_both_engines! {
    fn every_block_of_the_tutorial_is_true(home) {
        let project = home.empty_folder();
        if home.engine() == dsl::Engine::Docker {
            // Without the registry: the page itself pulls.
            project.write("local-endpoint.toml", &home.example("hello").read("local-endpoint.toml"));
        }
        walk(&project);
        project.left_nothing();
    }
}
