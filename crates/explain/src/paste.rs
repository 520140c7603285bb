//! Pasted text as one line: no colours, no JSON escapes, single spaces.

/// What patterns are looked for in. Messages wrap, and ARM's envelopes hold messages inside of strings.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_colour(&mut rest),
            '\\' => match rest.peek() {
                Some('n' | 't' | 'r') => {
                    rest.next();
                    space(&mut line);
                }
                Some('"' | '\\' | '/') => {}
                _ => line.push(c),
            },
            c if c.is_whitespace() => space(&mut line),
            c => line.push(c),
        }
    }
    line
}

fn space(line: &mut String) {
    if !line.ends_with(' ') {
        line.push(' ');
    }
}

/// `ESC [ ... letter`.
fn skip_colour(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if rest.next_if_eq(&'[').is_some() {
        while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
    }
}
