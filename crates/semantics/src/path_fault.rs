//! A path that an exception names, and what was wrong with it.

use crate::pattern::pattern;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathTrouble {
    /// ENOENT
    Missing,
    /// EACCES
    Closed,
    /// EROFS
    ReadOnly,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFault {
    pub trouble: PathTrouble,
    /// As the program in the instance named it.
    pub path: String,
}

// Python's own, with the path as it prints a string; HDF5's; ONNX Runtime's; what a shell and its commands, Go and C say.
pattern!(ERRNO, r#"\[Errno (2|13|30)\] [^:(]+: (?:'((?:[^'\\]|\\.)+)'|"([^"]+)")"#);
pattern!(HDF5, r"name = '([^']+)', errno = (2|13|30)\b");
pattern!(ONNX, r"NO_SUCHFILE : Load model from (\S+) failed");
pattern!(EROFS, r#"(/[^\s:'"]+)['"]?: [Rr]ead-only file system"#);

/// What a line of any program's log says of a file that could not be written.
pub fn read_only_fault(line: &str) -> bool {
    path_fault(line).is_some_and(|fault| fault.trouble == PathTrouble::ReadOnly)
}

/// `reason`: `FileNotFoundError: [Errno 2] No such file or directory: '/var/...'`.
pub fn path_fault(reason: &str) -> Option<PathFault> {
    let found = |number: &str, path: &str| {
        let trouble = match number {
            "13" => PathTrouble::Closed,
            "30" => PathTrouble::ReadOnly,
            _ => PathTrouble::Missing,
        };
        PathFault { trouble, path: path.replace(r"\'", "'").replace(r"\\", r"\") }
    };
    if let Some(words) = ERRNO.captures(reason) {
        let path = words.get(2).or(words.get(3))?;
        return Some(found(&words[1], path.as_str()));
    }
    let hdf5 = HDF5.captures(reason).map(|words| found(&words[2], &words[1]));
    hdf5.or_else(|| ONNX.captures(reason).map(|words| found("2", &words[1])))
        .or_else(|| EROFS.captures(reason).map(|words| found("30", &words[1])))
}
