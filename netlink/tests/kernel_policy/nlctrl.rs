//! What `nlctrl` says: the kernel's, and our registry's of the same families.

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::{AckOptions, Answer, ExtAck};
use softnet_netlink::genl::ctrl::cmd;
use softnet_netlink::genl::{
    Caller, FamilyDump, Info, MESSAGE_SIZE, PolicyDump, Registry, Reply, Turn,
};
use softnet_netlink::wire::{Flags, Message, Messages, Writer};

use crate::kernel::{Kernel, attr, on_kernel};
use crate::told::{self, Told};

/// Root, in the initial net as in all others.
pub(crate) struct Root;

impl Caller for Root {
    fn in_initial_net(&self) -> bool {
        true
    }

    fn admin(&self) -> bool {
        true
    }

    fn net_admin(&self) -> bool {
        true
    }
}

/// A registry of these families, with the same ids.
pub(crate) fn registry(told: &[Told]) -> Registry<()> {
    let mut registry = Registry::new();
    for family in told.iter().filter(|family| family.id != 0x10) {
        // The next id is another one even if the last one came back.
        while registry.register(family.definition, ()).unwrap().0 != family.id {
            let wrong = registry.by_name(family.definition.name.as_bytes()).unwrap().id();
            assert!(wrong < family.id, "{wrong}: {family:?}");
            registry.unregister(wrong).unwrap();
        }
    }
    registry
}

/// Our answers to a request, as [`Kernel::ask`] gives the kernel's.
fn answers(registry: &Registry<()>, port: u32, request: &[u8]) -> Vec<Vec<u8>> {
    let message = Message::parse(request).unwrap();
    let mut extack = ExtAck::new();
    let mut buffer = vec![0; 1 << 20];
    let mut writer = Writer::new(&mut buffer);
    let found = registry.find(message, &Root, &mut extack);
    let answered = found.and_then(|info| answer(registry, &info, port, &mut extack, &mut writer));
    let mut answers: Vec<Vec<u8>> = Messages::new(writer.as_bytes())
        .map(|message| message.unwrap().as_bytes().to_vec())
        .collect();
    if answered != Ok(Turn::Dump) {
        let mut buffer = vec![0; 4096];
        let mut writer = Writer::new(&mut buffer);
        let (result, options) = (answered.map(drop), AckOptions::EXT_ACK);
        let ack = Answer { request: message, port, result, extack: &extack, options };
        ack.write(&mut writer).unwrap();
        answers.push(writer.as_bytes().to_vec());
    }
    answers
}

fn answer(
    registry: &Registry<()>,
    info: &Info<'_>,
    port: u32,
    extack: &mut ExtAck,
    writer: &mut Writer<'_>,
) -> Result<Turn, Errno> {
    let seq = info.view().message().header().seq;
    let flags = if info.turn() == Turn::Dump { Flags::MULTI } else { Flags::empty() };
    let mut to = Reply { writer, flags, seq, port };
    match (info.cmd(), info.turn()) {
        (cmd::GET_FAMILY, Turn::Do) => registry.get_family(info, &Root, extack, &mut to)?,
        (cmd::GET_FAMILY, Turn::Dump) => {
            info.parse::<3>(extack)?;
            registry.dump_families(&mut FamilyDump::default(), true, &mut to).unwrap();
        }
        (cmd::GET_POLICY, Turn::Dump) => {
            let mut dump: PolicyDump = registry.get_policy(info, extack)?;
            while dump.dump(&mut to) {}
        }
        other => panic!("{other:?}"),
    }
    Ok(info.turn())
}

/// The kernel's answers and ours to the same request; of a dump without its end.
fn both(
    kernel: &mut Kernel,
    registry: &Registry<()>,
    (cmd, flags): (u8, Flags),
    attrs: &[u8],
) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let request = kernel.request(0x10, flags, cmd, attrs);
    let mut theirs = kernel.ask(&request);
    if theirs.last().is_some_and(|end| Message::parse(end).unwrap().done() == Some(0)) {
        theirs.pop();
    }
    let ours = answers(registry, kernel.port(), &request);
    for (theirs, ours) in theirs.iter_mut().zip(&ours) {
        name_command(theirs, ours);
    }
    (theirs, ours)
}

/// Linux from 6.2 on called commands that can only be dumps 0 where it tells which policies are whose; 6.12.117
/// and we don't.
fn name_command(theirs: &mut [u8], ours: &[u8]) {
    /// Behind the headers and a family's id: the type of a nest, and of what is in it.
    const OP_POLICY: std::ops::Range<usize> = 30..32;
    const CMD: std::ops::Range<usize> = 34..36;
    let nest = theirs.get(OP_POLICY) == Some(&0x8009_u16.to_ne_bytes());
    if nest && theirs.get(CMD) == Some(&0x8000_u16.to_ne_bytes()) {
        theirs[CMD].copy_from_slice(&ours[CMD]);
    }
}

const DO: Flags = Flags::ACK;
const DUMP: Flags = Flags::DUMP;

#[test]
fn nlctrl_tells_of_itself_as_the_kernels_does() {
    on_kernel(|| {
        let mut kernel = Kernel::open().unwrap();
        let registry = Registry::new();
        let id = attr(1, &0x10_u16.to_ne_bytes());
        let name = attr(2, b"nlctrl\0");
        let op = |op: u32| [id.clone(), attr(10, &op.to_ne_bytes())].concat();
        let nowhere = attr(1, &9_u16.to_ne_bytes());
        let short = attr(1, &[16]);
        let unknown = [id.clone(), attr(77, &[])].concat();
        let by_name_first = [nowhere.clone(), name.clone()].concat();
        let long = attr(2, b"sixteen letters!\0");
        let requests = [
            id.clone(),
            name,
            op(3),
            op(10),
            op(1),
            op(0x103),
            by_name_first,
            nowhere,
            short,
            unknown.clone(),
            long,
            Vec::new(),
        ];
        for attrs in &requests {
            for what in [(cmd::GET_FAMILY, DO), (cmd::GET_POLICY, DUMP), (cmd::GET_POLICY, DO)] {
                let (theirs, ours) = both(&mut kernel, &registry, what, attrs);
                assert_eq!(ours, theirs, "{what:?} with {attrs:?}");
            }
        }
        let (theirs, ours) = both(&mut kernel, &registry, (cmd::GET_FAMILY, DUMP), &unknown);
        assert_eq!(ours, theirs);
        let (theirs, ours) = both(&mut kernel, &registry, (77, DO), &[]);
        assert_eq!(ours, theirs);
    });
}

/// Every family that there is, its ids and its groups' numbers given out by us in the kernel's order.
#[test]
fn all_families_and_policies_are_told_of_in_the_kernels_bytes() {
    on_kernel(|| {
        let mut kernel = Kernel::open().unwrap();
        let told = told::families(&mut kernel);
        let registry = registry(&told);
        for family in &told {
            let id = attr(1, &family.id.to_ne_bytes());
            let name = family.definition.name;
            for what in [(cmd::GET_FAMILY, DO), (cmd::GET_POLICY, DUMP)] {
                let (theirs, ours) = both(&mut kernel, &registry, what, &id);
                assert_eq!(ours, theirs, "{what:?} of {name}");
                let fits = theirs.iter().map(Vec::len).max().is_none_or(|len| len <= MESSAGE_SIZE);
                assert!(fits, "of {name}");
            }
        }
    });
}
