//! Tests in a network namespace of their own.

use std::env;
use std::process::Command;

/// Which run of this program is in the namespace.
const INSIDE: &str = "SOFTNET_INSIDE_NETNS";

/// Runs the test `name` again in a namespace of its own, and tells whether this is that run. Without the right to
/// make one it says so, or fails where `SOFTNET_ORACLES` lists `netns`.
pub(crate) fn inside(name: &str) -> bool {
    if env::var(INSIDE).is_ok() {
        return true;
    }
    let unshare = |program: &std::path::Path, arguments: &[&str]| {
        Command::new("unshare").arg("-n").arg(program).args(arguments).env(INSIDE, "1").output()
    };
    if unshare("true".as_ref(), &[]).is_ok_and(|output| output.status.success()) {
        let arguments = ["--exact", name, "--nocapture", "--test-threads", "1"];
        let output = unshare(&env::current_exe().unwrap(), &arguments).unwrap();
        print!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success());
    } else {
        let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
        assert!(!listed.split(',').any(|item| item.trim() == "netns"), "netns is mandatory");
        eprintln!("skipped: no network namespace; it takes root, and unshare of util-linux");
    }
    false
}
