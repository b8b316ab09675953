//! Oracles: programs that a test is compared with and that may be missing.

use std::env;

/// The variable that lists the oracles which must be there, separated by commas: `qemu,tshark`.
pub const MANDATORY: &str = "SOFTNET_ORACLES";

/// Whether a test that needs the oracle `name` can run. If it is not `present`, a line says that the
/// test was skipped and how to get the oracle, so that nothing passes in silence.
///
/// ```
/// # use softnet_drivers::testutil::oracle::oracle_present;
/// let installed = std::path::Path::new("/usr/bin/env").exists();
/// if !oracle_present("env", installed, "apt-get install coreutils") {
///     return;
/// }
/// ```
///
/// # Panics
/// If the oracle is missing though [`MANDATORY`] lists it: a skipped test must fail there.
#[must_use]
#[allow(clippy::panic, reason = "it fails the test that calls it")]
pub fn oracle_present(name: &str, present: bool, how_to_get: &str) -> bool {
    if present {
        return true;
    }
    let listed = env::var(MANDATORY).unwrap_or_default();
    if is_listed(&listed, name) {
        panic!("{name} is missing, but {MANDATORY} says it must be there; to get it: {how_to_get}");
    }
    eprintln!("skipped: {name} is missing; to get it: {how_to_get}");
    false
}

fn is_listed(list: &str, name: &str) -> bool {
    list.split(',').any(|item| item.trim() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_whole_oracles() {
        assert!(is_listed("tshark, qemu", "qemu"));
        assert!(!is_listed("qemu-user", "qemu"));
        assert!(!is_listed("", "qemu"));
    }

    #[test]
    fn a_present_oracle_is_used_and_an_unlisted_absent_one_skipped() {
        assert!(oracle_present("an oracle that no list has", true, "no way"));
        assert!(!oracle_present("an oracle that no list has", false, "no way"));
    }
}
