//! Several protocols on one table.

use super::{
    Call, Credentials, Cx, DumpWriter, Errno, Family, Membership, NetId, Outcome, Progress,
    Protocol,
};

/// Two families, by protocol. Either may be such a pair again.
#[derive(Debug)]
pub struct ByProtocol<A, B> {
    /// The protocol of the first.
    pub protocol: Protocol,
    /// Who answers on it.
    pub here: A,
    /// Who answers on all others.
    pub elsewhere: B,
}

/// What one of two families has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first one's.
    Here(A),
    /// The other's.
    Elsewhere(B),
}

impl<C, A: Family<C>, B: Family<C>> Family<C> for ByProtocol<A, B> {
    type Dump = Either<A::Dump, B::Dump>;

    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno> {
        if call.from.protocol == self.protocol {
            self.here.doit(call, cx)
        } else {
            self.elsewhere.doit(call, cx)
        }
    }

    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Self::Dump, Errno> {
        if call.from.protocol == self.protocol {
            self.here.start(call, cx).map(Either::Here)
        } else {
            self.elsewhere.start(call, cx).map(Either::Elsewhere)
        }
    }

    fn dump(&mut self, dump: &mut Self::Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        match dump {
            Either::Here(dump) => self.here.dump(dump, to),
            Either::Elsewhere(dump) => self.elsewhere.dump(dump, to),
        }
    }

    fn done(&mut self, dump: Self::Dump) {
        match dump {
            Either::Here(dump) => self.here.done(dump),
            Either::Elsewhere(dump) => self.elsewhere.done(dump),
        }
    }
}

impl<A, B> ByProtocol<A, B> {
    /// What a protocol says of its groups, for the calls on one of its sockets: the first family's if it is its
    /// protocol, else nothing.
    pub fn members<C: Credentials>(&mut self, of: Protocol) -> impl Membership<C> + '_
    where
        A: Membership<C>,
    {
        OnlyHere((of == self.protocol).then_some(&mut self.here))
    }
}

struct OnlyHere<'a, A>(Option<&'a mut A>);

impl<C, A: Membership<C>> Membership<C> for OnlyHere<'_, A> {
    fn bind(&mut self, caller: &C, net: NetId, group: u32) -> Result<(), Errno> {
        match &mut self.0 {
            Some(here) => here.bind(caller, net, group),
            None => Ok(()),
        }
    }

    fn unbind(&mut self, net: NetId, group: u32) {
        if let Some(here) = &mut self.0 {
            here.unbind(net, group);
        }
    }
}
