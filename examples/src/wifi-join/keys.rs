//! The 4-way handshake, and what comes of it.

use alloc::collections::VecDeque;

use softnet_examples::failure::Failure;
use softnet_examples::wifi::{Heard, Side};
use softnet_mac80211::CipherSuite;
use softnet_mac80211::rsn::eapol::{EapolKey, Message};
use softnet_mac80211::rsn::handshake::{Action, Association, Authenticator, Root, Supplicant};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, KeyError, Secret};
use softnet_mac80211::rx::Interface;
use softnet_mac80211::rx::mfp::Sta;

use crate::world::{AP, STATION, World};

/// Of an EAPOL-Key frame, with all AKMs that are used here.
const MIC_LEN: usize = 16;

/// What each machine wants done, in order.
type Wanted = VecDeque<(Side, Action)>;

impl World<'_> {
    /// Messages 1 to 4, keys, open ports. The elements are those of the request and of the beacon.
    pub(crate) fn agree(
        &mut self,
        [request, beacon]: [&[u8]; 2],
        at_station: Secret,
        at_ap: Secret,
    ) -> Result<(), Failure> {
        let association = Association::new(AP, STATION, Root::Pmk(at_station), request, beacon);
        let association = association.map_err(unkeyed)?;
        let at_ap = Association { root: Root::Pmk(at_ap), ..association.clone() };
        let supplicant = Supplicant::new(association).map_err(unkeyed)?.with_eapol_version(2);
        let mut authenticator = Authenticator::new(at_ap).map_err(unkeyed)?;
        let groups = self.group_keys()?;
        for group in groups.iter().filter(|group| group.kind == GroupKeyKind::Gtk) {
            let tk = (group.pn, group.key.as_bytes());
            self.ap.install_group(CipherSuite::CCMP, group.key_id, tk)?;
        }
        authenticator.set_group(groups);
        let begin = authenticator.start(self.lots.bytes(), self.air.now).map_err(unkeyed)?;
        self.handshake = Some((supplicant, authenticator));

        let mut wanted: Wanted = begin.into_iter().map(|action| (Side::Ap, action)).collect();
        while let Some((side, action)) = wanted.pop_front() {
            self.act(side, action, &mut wanted)?;
        }
        Ok(())
    }

    fn group_keys(&mut self) -> Result<Vec<GroupKey>, Failure> {
        let mut kinds = vec![(GroupKeyKind::Gtk, 1)];
        if self.options.security.has_mfp() {
            kinds.push((GroupKeyKind::Igtk, 4));
        }
        let mut key = |(kind, key_id)| {
            let key = Secret::new(&self.lots.bytes::<16>())?;
            Ok(GroupKey { kind, key_id, pn: 0, key })
        };
        kinds.into_iter().map(&mut key).collect::<Result<_, KeyError>>().map_err(unkeyed)
    }

    fn act(&mut self, side: Side, action: Action, wanted: &mut Wanted) -> Result<(), Failure> {
        let (mfp, assoc) = (self.options.security.has_mfp(), true);
        match action {
            Action::Send(eapol) => {
                let answers = self.send_eapol(side, &eapol)?;
                wanted.extend(answers.into_iter().map(|action| (side.other(), action)));
            }
            Action::InstallPairwise { key_id, tk, .. } => {
                self.end(side).install_pairwise(CipherSuite::CCMP, key_id, tk.as_bytes())?;
            }
            Action::InstallGroup(GroupKey { kind, key_id, pn, key }) => {
                let suite = match kind {
                    GroupKeyKind::Gtk => CipherSuite::CCMP,
                    _ => CipherSuite::AES_CMAC,
                };
                self.end(side).install_group(suite, key_id, (pn, key.as_bytes()))?;
            }
            Action::Authorized => {
                let receiver = &mut self.end(side).receiver;
                receiver.authorize(true);
                receiver.set_sta(Sta { mfp, assoc });
            }
            Action::Failed(reason) => {
                return Err(Failure::broken("handshake", format_args!("{reason:?}")));
            }
            _ => {}
        }
        Ok(())
    }

    /// One message, and what the other side then wants.
    fn send_eapol(&mut self, from: Side, eapol: &[u8]) -> Result<Vec<Action>, Failure> {
        let to = self.end(from.other()).own;
        let frame = self.end(from).data(to, Interface::EAPOL, eapol)?;
        let Heard::Data(frames, _) = self.send(from, &frame, describe(eapol))? else {
            return Err(Failure::broken("handshake", "a message did not arrive"));
        };
        let (nonce, now) = (self.lots.bytes(), self.air.now);
        let Some(((supplicant, authenticator), (_, eapol))) =
            self.handshake.as_mut().zip(frames.first())
        else {
            return Ok(Vec::new());
        };
        let answered = match from {
            Side::Ap => supplicant.eapol(eapol, false, nonce),
            Side::Station => authenticator.eapol(eapol, now),
        };
        answered.map_err(|why| Failure::broken("handshake", why))
    }
}

/// What message 3 is for.
pub(crate) const MESSAGE_3: &str = "EAPOL 3 of 4: group keys, wrapped; install";

/// What a message is for.
fn describe(eapol: &[u8]) -> &'static str {
    match EapolKey::parse(eapol, MIC_LEN).map(|key| key.message()) {
        Ok(Message::Pairwise1) => "EAPOL 1 of 4: a nonce",
        Ok(Message::Pairwise2) => "EAPOL 2 of 4: another nonce, signed",
        Ok(Message::Pairwise3) => MESSAGE_3,
        Ok(Message::Pairwise4) => "EAPOL 4 of 4: installed",
        _ => "EAPOL",
    }
}

fn unkeyed(why: KeyError) -> Failure {
    Failure::broken("keys", why)
}
