//! The trees to compare: tc's commands, from a file or from the command line.

use std::fs;
use std::path::PathBuf;

use softnet_examples::failure::Failure;
use softnet_qdisc::tree::{Device, Tree};
use softnet_qdisc::{Cake, Cx, Netem, tc};
use softnet_sk_buff::{DropCounts, Instant};

use crate::packet::LabPacket;

/// Where a tree's commands are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    File(PathBuf),
    /// `;` between them.
    Line(String),
}

/// A tree's commands, to build it from as often as needed.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What to call it.
    pub(crate) name: String,
    /// Each with the place that an error names.
    commands: Vec<(String, String)>,
}

impl Plan {
    pub(crate) fn read(origin: &Origin) -> Result<Self, Failure> {
        let plan = match origin {
            Origin::Line(line) => Self::of_line(line),
            Origin::File(path) => {
                let shown = path.display().to_string();
                let text = fs::read_to_string(path)
                    .map_err(|why| Failure::Refused(format!("{shown}: {why}")))?;
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Self { name, commands: of_text(&text, &shown) }
            }
        };
        // An error shows before anything runs.
        plan.build(1).map(|_| plan)
    }

    fn of_line(line: &str) -> Self {
        let commands = line.split(';').map(str::trim).filter(|command| !command.is_empty());
        let commands: Vec<&str> = commands.collect();
        let numbered = commands.iter().enumerate();
        let place = |at: usize| match commands.len() {
            1 => "--tc".to_string(),
            _ => format!("--tc, command {}", at + 1),
        };
        let named = numbered.map(|(at, command)| (place(at), command.to_string())).collect();
        Self { name: short_name(&commands), commands: named }
    }

    /// The tree, before the first packet; `seed` makes its lots and hashes.
    pub(crate) fn build(&self, seed: u64) -> Result<Tree<LabPacket>, Failure> {
        let mut tree = Tree::new(Device::new(seed))
            .map_err(|why| Failure::broken("a device without traffic control", why))?;
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (place, command) in &self.commands {
            tc::run(command, &mut tree, &mut cx)
                .map_err(|why| Failure::Refused(format!("{place}: {why}")))?;
        }
        Ok(tree)
    }
}

/// Commands of a file; a line that ends in a backslash goes on in the next one.
fn of_text(text: &str, file: &str) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    let mut begun: Option<(String, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let (place, mut command) =
            begun.take().unwrap_or_else(|| (format!("{file}:{}", at + 1), String::new()));
        if let Some(more) = line.strip_suffix('\\') {
            command.push_str(more);
            command.push(' ');
            begun = Some((place, command));
        } else {
            command.push_str(line);
            commands.push((place, command));
        }
    }
    commands.extend(begun);
    commands
}

/// A single command without what every command begins with; of several, the root's.
fn short_name(commands: &[&str]) -> String {
    const NOISE: &[&str] = &["tc", "qdisc", "add", "replace", "root", "dev", "handle"];
    let root =
        commands.iter().find(|command| command.split_whitespace().any(|word| word == "root"));
    let mut words = root.copied().unwrap_or("pfifo_fast").split_whitespace().peekable();
    let mut named = Vec::new();
    while let Some(word) = words.next() {
        if matches!(word, "dev" | "handle") && named.is_empty() {
            words.next();
        } else if !named.is_empty() || !NOISE.contains(&word) {
            named.push(word);
        }
    }
    named.join(" ")
}

/// Whether something in the tree keeps a rate by itself, so that it needs no slow link behind it.
pub(crate) fn shapes(tree: &Tree<LabPacket>) -> bool {
    let mut shapes = false;
    tree.walk(&mut |shown| {
        shapes |= match shown.qdisc.kind() {
            "tbf" | "htb" | "hfsc" => true,
            "cake" => shown
                .qdisc
                .downcast_ref::<Cake<LabPacket>>()
                .is_some_and(|cake| cake.config().bandwidth != 0),
            "netem" => shown
                .qdisc
                .downcast_ref::<Netem<LabPacket>>()
                .is_some_and(|netem| netem.config().rate.bytes_per_second != 0),
            _ => false,
        };
    });
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(line: &str) -> Result<Plan, String> {
        Plan::read(&Origin::Line(line.into())).map_err(|why| why.to_string())
    }

    #[test]
    fn a_tree_is_called_by_its_root() {
        let name = |line| plan(line).unwrap().name;
        assert_eq!(name("tc qdisc add dev eth0 root handle 1: pfifo limit 10"), "pfifo limit 10");
        assert_eq!(
            name("qdisc add root handle 1: prio; qdisc add parent 1:1 handle 2: pfifo"),
            "prio"
        );
        assert_eq!(name(""), "pfifo_fast");
    }

    #[test]
    fn errors_name_the_command() {
        assert_eq!(
            plan("qdisc add root pfifo; qdisc add root pfifo").unwrap_err(),
            "--tc, command 2: there is a discipline already; replace it"
        );
        let text = "# a comment\nqdisc add \\\n root \\\n pfifo limit x\n";
        let commands = of_text(text, "a.tc");
        assert_eq!(commands[1].0, "a.tc:2");
        assert_eq!(commands[1].1.split_whitespace().last(), Some("x"));
        assert_eq!(commands.len(), 2);
    }

    #[test]
    fn it_is_seen_whether_a_tree_shapes() {
        let shaping = |line: &str| shapes(&plan(line).unwrap().build(1).unwrap());
        assert!(!shaping("qdisc add root fq_codel"));
        assert!(!shaping("qdisc add root netem delay 1ms"));
        assert!(shaping("qdisc add root netem rate 1mbit"));
        assert!(shaping(
            "qdisc add root handle 1: prio; qdisc add parent 1:2 tbf rate 1mbit burst 5k limit 9k"
        ));
    }
}
