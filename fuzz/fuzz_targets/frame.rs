//! Any bytes as a frame. What can be read is built again as the same bytes, and says the same when it is
//! read once more; a header alone as well.
#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::frame::control::{Control, Users};
use softnet_mac80211::frame::management::{Management, SaeCommit};
use softnet_mac80211::frame::{Frame, Header, HeaderFields, MeshCtrl};

fuzz_target!(|bytes: &[u8]| {
    if let Ok((header, body)) = Header::parse(bytes) {
        let fields = header.fields();
        assert_eq!(&*fields.to_bytes(), header.as_bytes());
        assert_eq!(HeaderFields::parse(bytes), Ok((fields, body)));
        assert_eq!(header.as_bytes().len() + body.len(), bytes.len());
        if let Ok((mesh, rest)) = MeshCtrl::parse(body) {
            let mut out = Vec::new();
            mesh.write(&mut out);
            out.extend_from_slice(rest);
            assert_eq!(out, body);
        }
    }
    let Ok(frame) = Frame::parse(bytes) else { return };
    let mut out = Vec::new();
    frame.write(&mut out);
    assert_eq!(out, bytes);
    assert_eq!(Frame::parse(&out), Ok(frame));
    lists(&frame);
});

/// Lists are built again from what they yield; an SAE commit from its fields.
fn lists(frame: &Frame<'_>) {
    let mut out = Vec::new();
    match frame {
        Frame::Control(control) => match control.body {
            Control::Trigger(trigger) => {
                trigger.users.iter().for_each(|user| user.write(&mut out));
                assert_eq!(out, trigger.users.as_bytes());
                let (users, rest) =
                    Users::new(trigger.common.trigger_type(), trigger.dependent, &out);
                assert_eq!((users.as_bytes(), rest), (out.as_slice(), &[][..]));
            }
            Control::Wrapper(wrapper) => {
                if let Ok((carried, rest)) = wrapper.carried() {
                    carried.write(&mut out);
                    out.extend_from_slice(rest);
                    assert_eq!(out, wrapper.body);
                }
            }
            _ => {}
        },
        Frame::Management(management) => {
            let Management::Auth(auth) = management.body else { return };
            for h2e in [false, true] {
                if let Ok(commit) = SaeCommit::parse(auth.body, h2e) {
                    out.clear();
                    commit.write(&mut out);
                    assert_eq!(out, auth.body);
                }
            }
        }
        _ => {}
    }
}
