//! The cell: both ends, and frames that go from one to the other.

use softnet_examples::failure::Failure;
use softnet_examples::lots::Lots;
use softnet_examples::wifi::{End, Heard, Side};
use softnet_mac80211::RxDrop;
use softnet_mac80211::rsn::handshake::{Authenticator, Supplicant};
use softnet_sk_buff::MacAddr;

use crate::air::{Air, Passed};
use crate::args::Options;

pub(crate) const STATION: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
pub(crate) const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 2]);

pub(crate) struct World<'o> {
    pub(crate) options: &'o Options,
    pub(crate) air: Air,
    pub(crate) station: End,
    pub(crate) ap: End,
    pub(crate) lots: Lots,
    /// Both sides of the handshake, once it began.
    pub(crate) handshake: Option<(Supplicant, Authenticator)>,
}

impl<'o> World<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self {
            options,
            air: Air::default(),
            station: End::new(Side::Station, STATION, AP),
            ap: End::new(Side::Ap, AP, STATION),
            lots: Lots(options.seed),
            handshake: None,
        }
    }

    pub(crate) fn end(&mut self, side: Side) -> &mut End {
        match side {
            Side::Station => &mut self.station,
            Side::Ap => &mut self.ap,
        }
    }

    /// Puts a frame of `from`, or one that says so, on the air: what the other end makes of it.
    pub(crate) fn hear(&mut self, from: Side, frame: &[u8], what: String) -> Result<Heard, RxDrop> {
        let at = self.air.pass(frame);
        let heard = self.end(from.other()).hear(frame, at);
        let refused = heard.as_ref().err().copied();
        self.air.passed.push(Passed { at, from, frame: frame.to_vec(), what, refused });
        heard
    }

    /// The same for one that must be taken.
    pub(crate) fn send(
        &mut self,
        from: Side,
        frame: &[u8],
        what: impl Into<String>,
    ) -> Result<Heard, Failure> {
        let what = what.into();
        let heard = self.hear(from, frame, what.clone());
        heard.map_err(|why| Failure::broken(&what, format_args!("refused: {why}")))
    }

    /// The same for a management frame: its body.
    pub(crate) fn send_management(
        &mut self,
        from: Side,
        frame: &[u8],
        what: impl Into<String>,
    ) -> Result<Vec<u8>, Failure> {
        let what = what.into();
        match self.send(from, frame, what.clone())? {
            Heard::Management(body) => Ok(body),
            other => Err(Failure::broken(&what, format_args!("came as {other:?}"))),
        }
    }
}
