//! Authentication: open, or by SAE, which makes the key.

use alloc::collections::VecDeque;

use softnet_examples::failure::Failure;
use softnet_examples::wifi::{Side, malformed};
use softnet_mac80211::AkmSuite;
use softnet_mac80211::ecc::{Group, Pmksa, Random};
use softnet_mac80211::frame::StatusCode;
use softnet_mac80211::frame::management::{Auth, AuthAlgorithm, Management};
use softnet_mac80211::sae::{Config, Cx, Event, Method, Outcome, Password, Sae};

use crate::world::{AP, STATION, World};

impl World<'_> {
    /// The two frames of open system authentication, which prove nothing.
    pub(crate) fn open_system(&mut self) -> Result<(), Failure> {
        for (from, transaction) in [(Side::Station, 1), (Side::Ap, 2)] {
            let (algorithm, status) = (AuthAlgorithm::OPEN, StatusCode::SUCCESS);
            let auth = Auth { algorithm, transaction, status, body: &[] };
            let to = self.end(from.other()).own;
            let frame = self.end(from).management(to, &Management::Auth(auth));
            let what = format!("Authentication {transaction}: open system");
            self.send_management(from, &frame, what)?;
        }
        Ok(())
    }

    /// SAE: commit and confirm of each side. Gives what the station found.
    pub(crate) fn sae(&mut self) -> Result<Pmksa, Failure> {
        let (ssid, word) = (self.options.ssid.as_bytes(), self.options.passphrase.as_bytes());
        let password = Password::new(ssid, word, None, &[Group::P256]);
        let mut station = Sae::new(Config::station(AkmSuite::SAE), STATION, AP);
        let mut ap = Sae::new(Config::access_point(AkmSuite::SAE), AP, STATION);
        let (mut at_station, mut at_ap) = (None, None);

        let outcome = station.start(Method::HashToElement, &self.cx(&password));
        let mut outgoing = VecDeque::new();
        let mut push = |from, outcome: &mut Outcome, outgoing: &mut VecDeque<_>| {
            outgoing.extend(outcome.send.drain(..).map(|body| (from, body)));
            if let Some(Event::Accepted(pmksa)) = outcome.event.take() {
                let at = if from == Side::Station { &mut at_station } else { &mut at_ap };
                *at = Some(pmksa);
            }
        };
        push(Side::Station, &mut drawn(outcome)?, &mut outgoing);
        while let Some((from, body)) = outgoing.pop_front() {
            let body = self.send_auth(from, &body)?;
            let machine = if from == Side::Station { &mut ap } else { &mut station };
            let outcome = machine.receive(&body, &self.cx(&password));
            push(from.other(), &mut drawn(outcome)?, &mut outgoing);
        }
        match (at_station, at_ap) {
            (Some(station), Some(ap)) if station == ap => Ok(station),
            _ => Err(Failure::broken("SAE", "the two sides did not agree on a key")),
        }
    }

    fn send_auth(&mut self, from: Side, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let auth = Auth::parse(body).map_err(|why| malformed(&why))?;
        let what = match auth.transaction {
            1 => "SAE commit: a point of the curve, hiding the password",
            _ => "SAE confirm: proof of knowing it",
        };
        let to = self.end(from.other()).own;
        let frame = self.end(from).management(to, &Management::Auth(auth));
        self.send_management(from, &frame, what)
    }

    fn cx<'p>(&mut self, password: &'p Password) -> Cx<'p> {
        Cx { password, random: Random(self.lots.bytes()), now: self.air.now }
    }
}

fn drawn<T>(outcome: Result<T, softnet_mac80211::ecc::DrawAgain>) -> Result<T, Failure> {
    outcome.map_err(|why| Failure::broken("SAE", why))
}
