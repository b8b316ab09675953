//! What a request wants a discipline or class to be: [`Spec`]s that are read where Linux reads them, once it is clear
//! whether something is made or changed.

use alloc::boxed::Box;
use core::cell::RefCell;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::wire::{Attr, Message};

use super::kinds;
use super::request::{ROOT, TcRequest, tca};
use crate::tree::{ClassSpec, Device, Spec};
use crate::{ClassError, ClassId, ConfigError, Cx, Handle, Packet, Qdisc};

/// What options go by besides themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// `psched_mtu`.
    pub(super) mtu: u32,
    /// `dev->tx_queue_len`.
    pub(super) tx_queue_len: u32,
    /// Transmit queues.
    pub(super) queues: u16,
}

impl From<&Device> for Facts {
    fn from(device: &Device) -> Self {
        Self { mtu: device.mtu, tx_queue_len: device.tx_queue_len, queues: device.queues }
    }
}

/// Options to be read.
#[derive(Debug)]
pub(super) struct Ask<'a, 'x> {
    /// The discipline's kind.
    pub(super) kind: &'static str,
    /// The request that they are in.
    pub(super) message: Message<'a>,
    /// `TCA_OPTIONS`.
    pub(super) options: Option<Attr<'a>>,
    /// Where it is said to hang.
    pub(super) parent: u32,
    /// The device.
    pub(super) device: Facts,
    /// What is said of them.
    pub(super) extack: &'x mut ExtAck,
}

impl<'a, 'x> Ask<'a, 'x> {
    fn new(
        request: &TcRequest<'a>,
        (kind, parent): (&'static str, u32),
        device: Facts,
        extack: &'x mut ExtAck,
    ) -> Self {
        let options = request.get(tca::OPTIONS);
        Self { kind, message: request.message, options, parent, device, extack }
    }

    /// Whether it hangs in the root.
    pub(super) const fn is_root(&self) -> bool {
        self.parent == ROOT
    }

    /// `EINVAL`, and why.
    pub(super) fn invalid(&mut self, words: &'static str) -> Errno {
        self.extack.say(words);
        Errno::EINVAL
    }
}

/// A discipline that a request wants.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    request: &'a TcRequest<'a>,
    kind: &'static str,
    device: Facts,
    /// What is wrong with its size table or its estimator.
    fault: Option<(Errno, ExtAck)>,
    said: RefCell<Said<'a>>,
}

/// Why not.
#[derive(Debug)]
struct Said<'a> {
    errno: Errno,
    extack: &'a mut ExtAck,
}

impl<'a> Wanted<'a> {
    /// `there` is the kind that is changed where the request names none.
    pub(super) fn new(
        request: &'a TcRequest<'a>,
        there: Option<&'static str>,
        (device, fault): (Facts, Option<(Errno, ExtAck)>),
        extack: &'a mut ExtAck,
    ) -> Self {
        let kind = match request.kind() {
            Some(name) => kinds::known(name),
            None => there,
        };
        let said = RefCell::new(Said { errno: Errno::EINVAL, extack });
        Self { request, kind: kind.unwrap_or("?"), device, fault, said }
    }

    /// The number to answer with where it was [refused](ConfigError::Refused).
    pub(super) fn errno(&self) -> Errno {
        self.said.borrow().errno
    }

    fn refuse(&self, errno: Errno) -> ConfigError {
        self.said.borrow_mut().errno = errno;
        ConfigError::Refused
    }

    fn say(&self, errno: Errno, words: &'static str) -> ConfigError {
        self.said.borrow_mut().extack.say(words);
        self.refuse(errno)
    }

    fn ask<T>(
        &self,
        work: impl FnOnce(&mut Ask<'_, '_>) -> Result<T, Errno>,
    ) -> Result<T, ConfigError> {
        let said = &mut *self.said.borrow_mut();
        let place = (self.kind, self.request.head.parent);
        work(&mut Ask::new(self.request, place, self.device, said.extack)).map_err(|errno| {
            said.errno = errno;
            ConfigError::Refused
        })
    }

    /// Blocks of filters that disciplines share are not there (`qdisc_block_indexes_set`).
    fn check_blocks(&self, words: [&'static str; 2]) -> Result<(), ConfigError> {
        let named = [tca::INGRESS_BLOCK, tca::EGRESS_BLOCK].map(|kind| self.request.has(kind));
        let faults = named.into_iter().zip(words);
        match faults.into_iter().find(|(named, _)| *named) {
            Some((_, words)) => Err(self.say(Errno::EOPNOTSUPP, words)),
            None => Ok(()),
        }
    }

    fn check_fault(&self) -> Result<(), ConfigError> {
        let Some((errno, said)) = &self.fault else { return Ok(()) };
        *self.said.borrow_mut().extack = said.clone();
        Err(self.refuse(*errno))
    }
}

/// Refused in words of its own, or as what Linux has only a number for.
fn errno(why: ConfigError, said: Errno) -> Errno {
    if why == ConfigError::Refused { said } else { Errno::EINVAL }
}

impl<P: Packet> Spec<P> for Wanted<'_> {
    fn kind(&self) -> &'static str {
        self.kind
    }

    /// `qdisc_create`.
    fn create(
        &self,
        handle: Handle,
        device: &mut Device,
    ) -> Result<Box<dyn Qdisc<P>>, ConfigError> {
        if self.kind == "?" || self.request.kind().is_none() {
            return Err(self.say(Errno::ENOENT, "Specified qdisc kind is unknown"));
        }
        self.check_blocks([
            "Ingress block sharing is not supported",
            "Egress block sharing is not supported",
        ])?;
        self.check_fault()?;
        if self.kind == "noqueue" && self.request.head.parent != ROOT {
            return Err(self.say(Errno::EINVAL, "Cannot assign noqueue to a class"));
        }
        self.ask(|ask| kinds::create(ask, handle, device))
    }

    /// `qdisc_change`.
    fn change(&self, qdisc: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        if self.request.has(tca::OPTIONS) {
            if !kinds::changes(self.kind) {
                let words = "Change operation not supported by specified qdisc";
                return Err(self.say(Errno::EINVAL, words));
            }
            self.check_blocks(["Change of blocks is not supported"; 2])?;
            self.ask(|ask| kinds::change(ask, qdisc, cx))?;
        }
        self.check_fault()
    }
}

/// A class that a request wants.
#[derive(Debug)]
pub(super) struct WantedClass<'a> {
    request: &'a TcRequest<'a>,
    kind: &'static str,
    /// What it is said to hang below, with its upper half.
    parent: u32,
    device: Facts,
    said: RefCell<Said<'a>>,
}

impl<'a> WantedClass<'a> {
    pub(super) fn new(
        request: &'a TcRequest<'a>,
        (kind, parent): (&'static str, u32),
        device: Facts,
        extack: &'a mut ExtAck,
    ) -> Self {
        let said = RefCell::new(Said { errno: Errno::EINVAL, extack });
        Self { request, kind, parent, device, said }
    }

    /// The number to answer with where it was [refused](ConfigError::Refused).
    pub(super) fn errno(&self, why: ConfigError) -> Errno {
        errno(why, self.said.borrow().errno)
    }

    fn ask<T>(
        &self,
        work: impl FnOnce(&mut Ask<'_, '_>) -> Result<T, kinds::ClassRefused>,
    ) -> Result<T, ClassError> {
        let said = &mut *self.said.borrow_mut();
        let mut ask = Ask::new(self.request, (self.kind, self.parent), self.device, said.extack);
        work(&mut ask).map_err(|why| match why {
            kinds::ClassRefused::Errno(errno) => {
                said.errno = errno;
                ConfigError::Refused.into()
            }
            kinds::ClassRefused::Class(why) => why,
        })
    }
}

impl<P: Packet> ClassSpec<P> for WantedClass<'_> {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn add(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        at: (ClassId, Option<ClassId>),
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        self.ask(|ask| kinds::add_class(ask, qdisc, (at, cx)))
    }

    fn change(
        &self,
        qdisc: &mut dyn Qdisc<P>,
        id: ClassId,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), ClassError> {
        self.ask(|ask| kinds::change_class(ask, qdisc, (id, cx)))
    }
}
