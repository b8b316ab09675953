//! ethtool's policies, ours of Linux 6.12 beside those of the kernel that this runs on.

use softnet_netlink::genl::ethtool::FAMILY;
use softnet_netlink::policy::{Kind, Policy, Rule};
use softnet_netlink::wire::{Header, Message, Writer};

use crate::kernel::{Kernel, on_kernel};
use crate::told;

/// What clients are told of a rule, but for what is nested in it.
fn description(rule: &Rule) -> Vec<u8> {
    let mut buffer = [0; 256];
    let mut writer = Writer::new(&mut buffer);
    let written = writer.message(Header::default(), |body| rule.describe(1, body, |_| None));
    written.unwrap();
    Message::parse(writer.as_bytes()).unwrap().payload().to_vec()
}

/// Where `theirs` is otherwise than `ours`, as far as ours goes.
fn differences(path: &str, ours: &Policy, theirs: &Policy, found: &mut Vec<String>) {
    for kind in 1..=u16::try_from(ours.max_kind()).unwrap() {
        let path = format!("{path}.{kind}");
        let (mine, told) = (ours.rule(kind).unwrap(), theirs.rule(kind));
        // It tells nothing of what it refuses.
        let told = told.copied().unwrap_or(Rule::UNSPEC);
        let refused = |rule: &Rule| matches!(rule.kind, Kind::Unspec { .. } | Kind::Reject { .. });
        match (mine.kind, told.kind) {
            (Kind::Nested(Some(ours)), Kind::Nested(Some(theirs))) => {
                differences(&path, ours, theirs, found);
            }
            _ if refused(mine) && refused(&told) => {}
            _ if description(mine) == description(&told) => {}
            _ => found.push(path),
        }
    }
}

#[test]
fn ethtools_policies_are_the_kernels() {
    on_kernel(|| {
        let mut kernel = Kernel::open().unwrap();
        let told = told::families(&mut kernel);
        let theirs = told.iter().find(|family| family.definition.name == "ethtool").unwrap();
        let (mut found, mut compared) = (Vec::new(), 0);
        for ours in FAMILY.commands() {
            let told = theirs.definition.command(ours.cmd).unwrap();
            let flags = (ours.flags(), told.flags());
            if flags.0 != flags.1 {
                found.push(format!("{}", ours.cmd));
            }
            for (turn, pair) in
                ["do", "dump"].iter().zip(ours.policies().iter().zip(told.policies()))
            {
                if let (Some(ours), Some(theirs)) = pair {
                    differences(&format!("{} {turn}", told.cmd), ours, theirs, &mut found);
                    compared += 1;
                }
            }
        }
        println!("{compared} policies; otherwise: {found:?}");
        // None of those of 6.12 has changed up to 6.18, though there are more attributes and commands.
        assert!(found.is_empty(), "{found:?}");
        assert!(compared > 60, "{compared}");
    });
}
