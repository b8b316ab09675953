//! Reading along: keys out of handshakes that others hold.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::eapol::{EapolKey, Kde, KeyInfo, Message};
use super::ft::{Domain, FtMic, PmkR0, group_keys, mic_len};
use super::{AkmRules, GroupKey, Handshake, KeyError, NONCE_LEN, Ptk, Secret, Selection};
use crate::element::{Body, Elements, FastTransition, Id, MobilityDomain};
use crate::{Malformed, element};

/// Nonces of message 1, messages 2 without one, and PTKs that are remembered.
const REMEMBERED: usize = 8;

/// Reads along the handshakes between one AP and one station, with PMKs that may be theirs.
///
/// ```
/// use softnet_mac80211::rsn::{Observer, psk};
///
/// let pmk = psk(b"passphrase", b"network")?;
/// let (ap, station) = ("02:00:00:00:00:00".parse()?, "02:00:00:00:01:00".parse()?);
/// let mut observer = Observer::new(ap, station, b"network", vec![pmk]);
/// # let bytes = [];
/// if let Ok(seen) = observer.eapol_key(&bytes) {
///     if seen.wrong_pmk {
///         println!("another passphrase");
///     }
///     for key in seen.group {
///         println!("{:?} {}", key.kind, key.key_id);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Observer {
    aa: MacAddr,
    spa: MacAddr,
    ssid: Vec<u8>,
    pmks: Vec<Secret>,
    /// Messages 1, the newest in front.
    firsts: VecDeque<First>,
    /// Messages 2 that no PTK was found for.
    seconds: VecDeque<Second>,
    known: VecDeque<Known>,
    /// The group keys told last, one a kind and index.
    groups: Vec<GroupKey>,
}

/// What a message 1 said.
#[derive(Debug)]
struct First {
    replay_counter: u64,
    anonce: [u8; NONCE_LEN],
    /// A key came from it, so it is no longer the one that a message 2 without a key answers: counters begin
    /// again with each association.
    proved: bool,
}

/// What a message 2 said.
#[derive(Debug)]
struct Second {
    replay_counter: u64,
    snonce: [u8; NONCE_LEN],
    suites: Suites,
}

/// A PTK that a MIC has proved.
#[derive(Clone, Debug)]
struct Known {
    pairwise: PairwiseKey,
    rules: AkmRules,
}

/// What the keys hang on, beside the PMK and the nonces.
#[derive(Clone, Debug)]
struct Suites {
    selection: Selection,
    ft: Option<FtNames>,
}

/// FT's part of it.
#[derive(Clone, Debug)]
struct FtNames {
    mdid: [u8; 2],
    r0kh_id: Vec<u8>,
    r1kh_id: MacAddr,
}

/// What one frame told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Observation {
    /// Which message it was; `None`: no EAPOL-Key frame, but one of a fast transition.
    pub message: Option<Message>,
    /// None of the PMKs made this frame's MIC, though all else is known: they are wrong.
    pub wrong_pmk: bool,
    /// A new pairwise key; proved by a MIC, though maybe not yet in use.
    pub pairwise: Option<PairwiseKey>,
    /// New group keys. One that comes again is none: its counters must not start again.
    pub group: Vec<GroupKey>,
}

/// A pairwise key, and what for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairwiseKey {
    /// KCK, KEK, TK.
    pub ptk: Ptk,
    /// Key index: 1 is possible with extended key IDs, else 0.
    pub key_id: u8,
    /// What the station chose.
    pub selection: Selection,
}

impl Observer {
    /// Between the AP `aa` and the station `spa`. `ssid` counts with FT alone, whose PMK is the XXKey.
    #[must_use]
    pub fn new(aa: MacAddr, spa: MacAddr, ssid: &[u8], pmks: Vec<Secret>) -> Self {
        let (firsts, seconds, known, groups) = Default::default();
        Self { aa, spa, ssid: ssid.into(), pmks, firsts, seconds, known, groups }
    }

    /// Takes an EAPOL-Key frame that went between the two, from its EAPOL header on.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if it is none, or its key data are not what they should be;
    /// [`KeyError::Akm`], [`KeyError::Cipher`] if the station chose what is not supported.
    pub fn eapol_key(&mut self, bytes: &[u8]) -> Result<Observation, KeyError> {
        let mic_len = EapolKey::guess_mic_len(bytes).unwrap_or(16);
        let key = EapolKey::parse(bytes, mic_len)?;
        let message = key.message();
        let mut seen = match message {
            Message::Pairwise1 => {
                self.first(&key);
                Observation::default()
            }
            Message::Pairwise2 => self.second(&key)?,
            Message::Pairwise3 => self.third(&key)?,
            Message::Group1 => self.group(&key)?,
            Message::Pairwise4 | Message::Group2 | Message::Request => Observation::default(),
        };
        seen.message = Some(message);
        Ok(seen)
    }

    /// The same nonce comes again when nobody answers, and with some APs in the next association.
    fn first(&mut self, key: &EapolKey<'_>) {
        let (replay_counter, anonce) = (key.replay_counter(), *key.nonce());
        self.firsts.retain(|first| first.anonce != anonce);
        remember(&mut self.firsts, First { replay_counter, anonce, proved: false });
    }

    fn second(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let second = Second {
            replay_counter: key.replay_counter(),
            snonce: *key.nonce(),
            suites: Suites::of(Elements::new(key.key_data()), self.aa)?,
        };
        let anonces = self.firsts.iter().map(|first| &first.anonce);
        if let Some((known, anonce)) = self.search(anonces.map(|anonce| (&second, anonce)), key)? {
            let firsts = self.firsts.iter_mut();
            firsts.for_each(|first| first.proved |= first.anonce == anonce);
            return Ok(self.found(known));
        }
        // Only the nonce of the message that it answers tells a wrong PMK from a message 1 not seen.
        let mut open = self.firsts.iter().filter(|first| !first.proved);
        let answered = open.any(|first| first.replay_counter == second.replay_counter);
        remember(&mut self.seconds, second);
        Ok(Observation { wrong_pmk: answered, ..Observation::default() })
    }

    fn third(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let proves = |known: &&Known| key.verify(&known.rules, &known.pairwise.ptk.kck).is_ok();
        let known = match self.known.iter().find(proves) {
            Some(known) => known.clone(),
            None => {
                let pairs = self.seconds.iter().map(|second| (second, key.nonce()));
                let Some((known, _)) = self.search(pairs, key)? else {
                    // The AP accepted the message 2 of this nonce, so its PMK made that.
                    let wrong_pmk = self.answers_second(key);
                    return Ok(Observation { wrong_pmk, ..Observation::default() });
                };
                known
            }
        };
        let kek = &known.pairwise.ptk.kek;
        let group = GroupKey::all_of(key, kek)?;
        let key_id = if key.info().contains(KeyInfo::ENCRYPTED) {
            let plain = key.open_key_data(kek)?;
            let mut kdes = super::eapol::KeyData::new(&plain).kdes();
            kdes.find_map(|kde| if let Kde::KeyId(id) = kde { Some(id) } else { None })
        } else {
            None
        };
        let mut known = known;
        known.pairwise.key_id = key_id.unwrap_or_default();
        Ok(Observation { group: self.new_groups(group), ..self.found(known) })
    }

    /// Whether a message 2 is remembered that message 3, counted one on at most, follows.
    fn answers_second(&self, third: &EapolKey<'_>) -> bool {
        let follows = |second: &Second| {
            let step = third.replay_counter().wrapping_sub(second.replay_counter);
            step <= 1 && self.firsts.iter().all(|first| first.anonce == *third.nonce())
        };
        self.seconds.iter().any(follows)
    }

    fn group(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let proves = |known: &&Known| key.verify(&known.rules, &known.pairwise.ptk.kck).is_ok();
        let Some(known) = self.known.iter().find(proves) else { return Ok(Observation::default()) };
        let group = GroupKey::all_of(key, &known.pairwise.ptk.kek)?;
        Ok(Observation { group: self.new_groups(group), ..Observation::default() })
    }

    /// The PTK of one of these message 2s and nonces, and of one of the PMKs, that made the MIC of `key`; and
    /// which nonce it was.
    fn search<'a>(
        &self,
        pairs: impl Iterator<Item = (&'a Second, &'a [u8; NONCE_LEN])>,
        key: &EapolKey<'_>,
    ) -> Result<Option<(Known, [u8; NONCE_LEN])>, KeyError> {
        let mut refused = None;
        for (second, &anonce) in pairs {
            let handshake = Handshake { aa: self.aa, spa: self.spa, anonce, snonce: second.snonce };
            for pmk in &self.pmks {
                match self.derive(pmk, &second.suites, &handshake) {
                    Ok(known) => match key.verify(&known.rules, &known.pairwise.ptk.kck) {
                        Ok(()) => return Ok(Some((known, anonce))),
                        Err(KeyError::Mic) => {}
                        Err(error) => refused = Some(error),
                    },
                    Err(error) => refused = Some(error),
                }
            }
        }
        refused.map_or(Ok(None), Err)
    }

    fn derive(&self, pmk: &Secret, suites: &Suites, on: &Handshake) -> Result<Known, KeyError> {
        let selection = suites.selection;
        let rules = AkmRules::of(selection.akm, pmk.len())?;
        let ptk = match &suites.ft {
            None => Ptk::derive(pmk, selection.akm, selection.pairwise, on)?,
            Some(names) => {
                let domain = Domain {
                    ssid: &self.ssid,
                    mdid: names.mdid,
                    r0kh_id: &names.r0kh_id,
                    s0kh_id: self.spa,
                };
                let r0 = PmkR0::derive(pmk, selection.akm, &domain)?;
                let r1 = r0.to_r1(names.r1kh_id, self.spa)?;
                r1.ptk(selection.akm, selection.pairwise, on)?
            }
        };
        Ok(Known { pairwise: PairwiseKey { ptk, key_id: 0, selection }, rules })
    }

    fn found(&mut self, known: Known) -> Observation {
        let is_new = !self.known.iter().any(|old| old.pairwise == known.pairwise);
        let pairwise = is_new.then(|| known.pairwise.clone());
        self.known.retain(|old| old.pairwise.ptk != known.pairwise.ptk);
        remember(&mut self.known, known);
        Observation { pairwise, ..Observation::default() }
    }

    fn new_groups(&mut self, mut keys: Vec<GroupKey>) -> Vec<GroupKey> {
        keys.retain(|new| {
            let same = |old: &GroupKey| (old.kind, old.key_id) == (new.kind, new.key_id);
            if self.groups.iter().any(|old| same(old) && old.key == new.key) {
                return false;
            }
            self.groups.retain(|old| !same(old));
            self.groups.push(new.clone());
            true
        });
        keys
    }

    /// Takes the elements of a reassociation request: those of a fast transition hold both nonces, and a
    /// MIC. Others tell nothing.
    ///
    /// # Errors
    /// As [`eapol_key`](Self::eapol_key).
    pub fn ft_request(&mut self, elements: &[u8]) -> Result<Observation, KeyError> {
        if whole(elements, Id::FAST_BSS_TRANSITION).is_empty() {
            return Ok(Observation::default());
        }
        let suites = Suites::of(Elements::new(elements), self.aa)?;
        let akm = suites.selection.akm;
        let mut refused = None;
        for pmk in &self.pmks {
            let fte = fte(elements, mic_len(akm, pmk.len())?)?;
            let on =
                Handshake { aa: self.aa, spa: self.spa, anonce: fte.anonce, snonce: fte.snonce };
            let known = self.derive(pmk, &suites, &on);
            match known.and_then(|known| {
                let kck = &known.pairwise.ptk.kck;
                self.ft_mic(elements, 5).verify(akm, kck).map(|()| known)
            }) {
                Ok(known) => return Ok(self.found(known)),
                Err(KeyError::Mic) => {}
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) => Err(error),
            None => Ok(Observation { wrong_pmk: true, ..Observation::default() }),
        }
    }

    /// Takes the elements of the response to it: they hold group keys.
    ///
    /// # Errors
    /// As [`eapol_key`](Self::eapol_key).
    pub fn ft_response(&mut self, elements: &[u8]) -> Result<Observation, KeyError> {
        for Known { pairwise, rules } in &self.known {
            let mic = self.ft_mic(elements, 6);
            if mic.verify(pairwise.selection.akm, &pairwise.ptk.kck).is_ok() {
                let group = group_keys(&fte(elements, rules.mic_len)?, &pairwise.ptk.kek)?;
                return Ok(Observation { group: self.new_groups(group), ..Observation::default() });
            }
        }
        Ok(Observation::default())
    }

    fn ft_mic<'a>(&self, elements: &'a [u8], transaction: u8) -> FtMic<'a> {
        let whole = |id| whole(elements, id);
        FtMic {
            sta: self.spa,
            ap: self.aa,
            transaction,
            rsne: whole(Id::RSN),
            mde: whole(Id::MOBILITY_DOMAIN),
            fte: whole(Id::FAST_BSS_TRANSITION),
            ric: &[],
            rsnxe: whole(Id::RSNX),
        }
    }
}

impl Suites {
    fn of(elements: Elements<'_>, aa: MacAddr) -> Result<Self, KeyError> {
        let selection = Selection::of(elements)?;
        let ft = if selection.is_ft() { Some(FtNames::of(elements, selection, aa)?) } else { None };
        Ok(Self { selection, ft })
    }
}

impl FtNames {
    /// A station names the R0KH always, the R1KH once it has been told of one; else it is the AP.
    fn of(elements: Elements<'_>, selection: Selection, aa: MacAddr) -> Result<Self, KeyError> {
        let missing = Malformed::Truncated("elements of a fast transition");
        let mde = MobilityDomain::find(elements).ok_or(missing)??;
        let body = elements.into_iter().find_id(Id::FAST_BSS_TRANSITION).ok_or(missing)?.body();
        let fte = if selection.akm == crate::AkmSuite::FT_SAE_EXT_KEY {
            FastTransition::parse(body)?
        } else {
            FastTransition::parse_with_mic(body, mic_len(selection.akm, 32)?)?
        };
        Ok(Self {
            mdid: mde.mdid.to_le_bytes(),
            r0kh_id: fte.r0kh_id().ok_or(missing)?.into(),
            r1kh_id: fte.r1kh_id().unwrap_or(aa),
        })
    }
}

fn fte(elements: &[u8], mic_len: usize) -> Result<FastTransition<'_>, KeyError> {
    let missing = Malformed::Truncated("fast transition element");
    let fte = Elements::new(elements).find_id(Id::FAST_BSS_TRANSITION).ok_or(missing)?;
    Ok(FastTransition::parse_with_mic(fte.body(), mic_len)?)
}

/// The first element with this ID, its ID and length included; empty if there is none.
fn whole(elements: &[u8], id: element::Id) -> &[u8] {
    let mut left = Elements::new(elements);
    loop {
        let from = left.rest();
        let Some(element) = left.next() else { return &[] };
        if element.id() == id {
            return from.get(..from.len() - left.rest().len()).unwrap_or_default();
        }
    }
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    list.truncate(REMEMBERED - 1);
    list.push_front(item);
}
