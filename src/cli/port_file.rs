//! `--port-file`: the port, for whoever does not read our stdout.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

/// A file that holds the port, and is gone when this is dropped.
pub(super) struct PortFile {
    path: PathBuf,
    text: String,
}

impl PortFile {
    /// Writes it aside and renames it: whoever sees the file sees the whole of it.
    pub(super) fn write(path: PathBuf, port: u16) -> anyhow::Result<Self> {
        let text = format!("{port}\n");
        let mut aside = path.clone().into_os_string();
        aside.push(format!(".{}~", std::process::id()));
        let aside = PathBuf::from(aside);
        let written = fs::write(&aside, &text).and_then(|()| fs::rename(&aside, &path));
        if written.is_err() {
            // Half a file is no use to anybody, and may not be there at all.
            let _ = fs::remove_file(&aside);
        }
        written.with_context(|| {
            format!(
                "cannot write --port-file {}; it needs a folder that is there and can be written",
                path.display()
            )
        })?;
        Ok(Self { path, text })
    }
}

impl Drop for PortFile {
    fn drop(&mut self) {
        // One that a later server has written over is that server's.
        if fs::read_to_string(&self.path).is_ok_and(|text| text == self.text) {
            let _ = fs::remove_file(&self.path);
        }
    }
}
