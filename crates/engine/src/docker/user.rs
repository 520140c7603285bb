//! Who the program of an image runs as, in the numbers that files have.

use crate::Ids;

/// `user`: as the image has it, `1001`, `app`, `1001:100` or `app:staff`. `None`: root, who reads everything, or a name
/// that the image's files do not know.
pub fn ids(user: &str, passwd: &str, groups: &str) -> Option<Ids> {
    let (name, group) = user.split_once(':').map_or((user, None), |(name, group)| (name, Some(group)));
    let number = |at: usize| entry(passwd, name)?.nth(at)?.parse().ok();
    let user = name.parse().ok().or_else(|| number(2)).filter(|user| *user != 0)?;
    let first = match group {
        Some(group) => group.parse().ok().or_else(|| entry(groups, group)?.nth(2)?.parse().ok()),
        None => number(3),
    };
    // A group on the command line is the only one.
    let also = groups.lines().filter(|line| group.is_none() && has(line, name));
    let also = also.filter_map(|line| line.split(':').nth(2)?.parse().ok());
    Some(Ids { user, groups: first.into_iter().chain(also).collect() })
}

/// The line of this name, in its parts.
fn entry<'a>(file: &'a str, name: &str) -> Option<impl Iterator<Item = &'a str>> {
    file.lines().map(|line| line.split(':')).find(|parts| parts.clone().next() == Some(name))
}

fn has(line: &str, name: &str) -> bool {
    line.rsplit(':').next().is_some_and(|members| members.split(',').any(|member| member == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_their_groups() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1001:100:,,,:/home/app:/bin/sh\n";
        let groups = "root:x:0:\nusers:x:100:\nstaff:x:50:app,other\nvideo:x:44:other\n";
        let rows = [
            ("", None),
            ("root", None),
            ("0:0", None),
            ("nobody-knows", None),
            ("1234", Some((1234, vec![]))),
            ("1234:7", Some((1234, vec![7]))),
            ("app", Some((1001, vec![100, 50]))),
            ("app:staff", Some((1001, vec![50]))),
            ("app:9", Some((1001, vec![9]))),
        ];
        for (user, expected) in rows {
            let expected = expected.map(|(user, groups)| Ids { user, groups });
            assert_eq!(ids(user, passwd, groups), expected, "{user}");
        }
    }
}
