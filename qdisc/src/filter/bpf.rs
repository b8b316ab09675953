//! bpf: matches what a program of the embedder's says (`cls_bpf.c`).
//!
//! The program is a closure; there is no virtual machine here, though an embedder may put one into
//! the closure. This is also the way to a classifier of one's own.

use alloc::boxed::Box;
use core::fmt;

use softnet_sk_buff::Instant;

use super::listed::Listed;
use super::target::{Exts, Step};
use super::{FilterError, Target};
use crate::action::Control;
use crate::{ClassId, Cx, Packet};

/// A program.
pub enum Program<P: Packet> {
    /// Gives 0 for no match, -1 (`u32::MAX`) for the filter's class, any other number for that class;
    /// then the filter's actions have their turn.
    Classify(Box<dyn FnMut(&P) -> u32 + Send>),
    /// Does and decides everything by itself (`direct-action`); the filter's own actions are not
    /// asked. It may change the class's minor number, which is the filter's at first, and the packet.
    ///
    /// Of verdicts only `Ok`, `Shot`, `Stolen`, `Trap` and `Redirect` count; others are as
    /// [`Control::Continue`].
    Direct(Direct<P>),
}

/// A [`Program::Direct`].
pub type Direct<P> = Box<dyn FnMut(&mut P, &mut u16) -> Control + Send>;

impl<P: Packet> fmt::Debug for Program<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classify(_) => "Classify",
            Self::Direct(_) => "Direct",
        })
    }
}

/// A filter by program.
#[derive(Debug)]
pub struct Config<P: Packet> {
    /// The program.
    pub program: Program<P>,
    /// What becomes of a packet.
    pub target: Target<P>,
}

impl<P: Packet> Config<P> {
    /// See [`Program::Classify`].
    pub fn classify(program: impl FnMut(&P) -> u32 + Send + 'static, target: Target<P>) -> Self {
        Self { program: Program::Classify(Box::new(program)), target }
    }

    /// See [`Program::Direct`].
    pub fn direct(
        program: impl FnMut(&mut P, &mut u16) -> Control + Send + 'static,
        classid: ClassId,
    ) -> Self {
        Self { program: Program::Direct(Box::new(program)), target: Target::class(classid) }
    }
}

/// The filter at work.
#[derive(Debug)]
pub struct Bpf<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    program: Program<P>,
}

impl<P: Packet> Bpf<P> {
    /// Whether the program does everything by itself.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        matches!(self.program, Program::Direct(_))
    }

    fn run(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        let class = self.exts.classid().unwrap_or(ClassId(0));
        match &mut self.program {
            Program::Classify(program) => match program(packet) {
                0 => Step::Next,
                u32::MAX => self.exts.exec(packet, cx),
                class => self.exts.exec_for(ClassId(class), packet, cx),
            },
            Program::Direct(program) => {
                let mut minor = class.minor();
                let control = program(packet, &mut minor);
                let class = class.handle().class(minor);
                match control {
                    Control::Ok
                    | Control::Shot
                    | Control::Stolen
                    | Control::Trap
                    | Control::Redirect { .. } => Step::after(control, class),
                    _ => Step::Next,
                }
            }
        }
    }
}

/// The filters of one priority (`struct cls_bpf_head`), the newest first.
#[derive(Debug)]
pub(super) struct Proto<P: Packet> {
    pub(super) filters: Listed<Bpf<P>>,
}

impl<P: Packet> Proto<P> {
    pub(super) fn new() -> Self {
        Self { filters: Listed::new() }
    }

    pub(super) fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        for filter in self.filters.iter_mut() {
            match filter.run(packet, cx) {
                Step::Next => {}
                step => return step,
            }
        }
        Step::Next
    }

    pub(super) fn change(
        &mut self,
        handle: u32,
        config: Config<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        let Config { program, target } = config;
        let exts = Exts::new(target, now)?;
        self.filters.put(handle, |handle| Bpf { handle, exts, program })
    }
}
