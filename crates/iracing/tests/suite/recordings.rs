//! Where answers that the real API gave are. They are not part of the repository; tests of other crates share this file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "says where the recordings are")]
    let Some(named) = std::env::var_os("IRACING_RECORDED") else {
        // Not by `eprintln!`, which shows nothing of a test that passes.
        let _ = writeln!(std::io::stderr(), "tests over recordings are skipped: IRACING_RECORDED names no folder");
        return None;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(named);
    assert!(folder.is_dir(), "IRACING_RECORDED names {}, which is no folder", folder.display());
    Some(folder)
});

/// The folder that `IRACING_RECORDED` names, from the repository's root; `None` without one, which is said once.
pub fn folder() -> Option<&'static Path> {
    FOLDER.as_deref()
}
