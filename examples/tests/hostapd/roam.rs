//! A fast transition: new keys without a 4-way handshake, at the access point that we have.

use softnet_mac80211::element::{Body, Element, Elements, FastTransition, FteMicControl, Id, Rsn};
use softnet_mac80211::frame::management::{AssocResp, Auth, AuthAlgorithm, Management, ReassocReq};
use softnet_mac80211::frame::{CapabilityInfo, Kind, StatusCode};
use softnet_mac80211::rsn::Handshake;
use softnet_mac80211::rsn::ft::{FtMic, PmkR0, PmkR1, group_keys};
use softnet_mac80211::rx::mfp::Sta;

use softnet_examples::wifi::Side;

use crate::talk::{OWN, Talk};

const NO_MIC: [u8; 16] = [0; 16];

impl Talk<'_> {
    /// Authentication and reassociation by FT (13.5.2). `beacon` has the mobility domain.
    pub(crate) fn roam(&mut self, r0: &PmkR0, r0kh_id: &[u8], beacon: &[u8]) {
        let mde = one(beacon, Id::MOBILITY_DOMAIN);
        let snonce = self.lots.bytes();
        let holder = Element::new(FastTransition::R0KH_ID, r0kh_id).unwrap();
        let mut tail = Vec::new();
        holder.write(&mut tail).unwrap();
        let mut fte = FastTransition {
            mic_control: FteMicControl::default(),
            mic: &NO_MIC,
            anonce: [0; 32],
            snonce,
            tail: &tail,
        };
        let body = [self.rsne(r0.name), mde.clone(), written(&fte)].concat();
        let (algorithm, status) = (AuthAlgorithm::FT, StatusCode::SUCCESS);
        let request = Auth { algorithm, transaction: 1, status, body: &body };
        let peer = self.end.peer;
        self.say_management(peer, &Management::Auth(request));
        let answer = self.management_of("authentication by FT", Kind::AUTH);
        let answer = Auth::parse(&answer).unwrap();
        assert_eq!((answer.transaction, answer.status), (2, StatusCode::SUCCESS));

        let theirs = one(answer.body, Id::FAST_BSS_TRANSITION);
        let theirs = FastTransition::parse(&theirs[2..]).unwrap();
        assert_eq!(theirs.snonce, snonce);
        let r1 = r0.to_r1(theirs.r1kh_id().unwrap(), OWN).unwrap();
        (fte.anonce, fte.tail) = (theirs.anonce, theirs.tail);
        fte.mic_control = FteMicControl::default().with_element_count(3);
        self.reassociate(&r1, &mde, fte);
    }

    fn reassociate(&mut self, r1: &PmkR1, mde: &[u8], fte: FastTransition<'_>) {
        let network = self.network;
        let (aa, FastTransition { anonce, snonce, .. }) = (self.end.peer, fte);
        let handshake = Handshake { aa, spa: OWN, anonce, snonce };
        let ptk = r1.ptk(network.akm, network.pairwise, &handshake).unwrap();
        let rsne = self.rsne(r1.name);
        let unsigned = written(&fte);
        let covered = |transaction, rsne, mde, fte| FtMic {
            sta: OWN,
            ap: aa,
            transaction,
            rsne,
            mde,
            fte,
            ric: &[],
            rsnxe: &[],
        };
        let mic = covered(5, &rsne, mde, &unsigned).compute(network.akm, &ptk.kck).unwrap();
        let fte = written(&FastTransition { mic: mic.as_bytes(), ..fte });
        let security = [&rsne[..], mde, &fte].concat();
        let elements = network.elements(Side::Station, &security);
        let request = ReassocReq {
            capability: CapabilityInfo::default().with_ess(true).with_privacy(true),
            listen_interval: 10,
            current_ap: aa,
            elements: &elements,
        };
        self.say_management(aa, &Management::ReassocReq(request));
        let answer = self.management_of("reassociation", Kind::REASSOC_RESP);
        let answer = AssocResp::parse(&answer).unwrap();
        assert_eq!(answer.status, StatusCode::SUCCESS);

        let found = |id| one(answer.elements, id);
        let (rsne, mde, fte) =
            (found(Id::RSN), found(Id::MOBILITY_DOMAIN), found(Id::FAST_BSS_TRANSITION));
        covered(6, &rsne, &mde, &fte).verify(network.akm, &ptk.kck).unwrap();
        let groups = group_keys(&FastTransition::parse(&fte[2..]).unwrap(), &ptk.kek).unwrap();
        self.end.receiver.associated();
        self.end.receiver.set_sta(Sta { mfp: network.group_mgmt.is_some(), assoc: true });
        self.end.install_pairwise(network.pairwise, 0, ptk.tk.as_bytes()).unwrap();
        groups.iter().for_each(|group| self.install_group(group));
        self.end.receiver.authorize(true);
    }

    /// Our RSN element, with a key's name in it.
    fn rsne(&self, name: [u8; 16]) -> Vec<u8> {
        let ours = self.network.security(None).unwrap();
        let names = [name];
        let rsn = Rsn::find(Elements::new(&ours)).unwrap().unwrap();
        let mut out = Vec::new();
        Rsn { pmkids: Some((&names).into()), ..rsn }.write_element(&mut out).unwrap();
        out
    }
}

/// An element of a frame, with ID and length.
fn one(elements: &[u8], id: Id) -> Vec<u8> {
    let mut out = Vec::new();
    Elements::new(elements).find_id(id).unwrap().write(&mut out).unwrap();
    out
}

fn written(fte: &FastTransition<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    fte.write_element(&mut out).unwrap();
    out
}
