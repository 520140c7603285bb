//! A build context as a tar archive that is made while it is sent.

use super::{BuildContext, Entry, mode};
use crate::packed::Whole;
use crate::pieces::{self, Out, Writing};
use bytes::Bytes;
use futures_util::Stream;
use std::fs;
use std::io::{self, ErrorKind, Write};
use tar::{Builder, Header};

impl BuildContext {
    /// What the classic builder is sent: owned by root, as Docker's own client sends it; links as links.
    pub fn archive(self) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, Writing) {
        pieces::of(move |out| self.write(out))
    }

    fn write(&self, out: Out) -> io::Result<()> {
        let mut builder = Builder::new(out);
        for entry in self.entries.iter().filter(|entry| !entry.for_buildkit) {
            match append(&mut builder, entry) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(entry.unreadable(&error)),
                result => result?,
            }
        }
        builder.into_inner()?.flush()
    }
}

fn append(builder: &mut Builder<impl Write>, Entry { name, path, metadata, .. }: &Entry) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_metadata_in_mode(metadata, tar::HeaderMode::Complete);
    header.set_mode(mode(metadata) & 0o7777);
    header.set_uid(0);
    header.set_gid(0);
    if metadata.is_symlink() {
        header.set_size(0);
        builder.append_link(&mut header, name, fs::read_link(path)?)
    } else if metadata.is_dir() {
        header.set_size(0);
        builder.append_data(&mut header, name, io::empty())
    } else {
        builder.append_data(&mut header, name, Whole::open(path, metadata)?)
    }
}
