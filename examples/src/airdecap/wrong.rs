//! What is wrong if nothing could be opened.

use softnet_examples::failure::Failure;

use crate::args::Options;
use crate::listener::Listener;
use crate::tally::Tally;

/// Whether the keys that were given led to nothing, and why that was.
pub(crate) fn keys(options: &Options, listener: &Listener) -> Result<(), Failure> {
    let tally = &listener.tally;
    let handshake = !(options.passphrases.is_empty() && options.pmks.is_empty());
    let plain = !(options.tks.is_empty() && options.gtks.is_empty() && options.weps.is_empty());
    if tally.decrypted() > 0 || tally.opened_handshakes > 0 || !(handshake || plain) {
        return Ok(());
    }
    let why = match tally {
        _ if !handshake => {
            format!("none of the keys opens any of its {} protected frames", tally.protected())
        }
        Tally { wrong_handshakes: 1.., .. } => wrong_secret(options, tally.wrong_handshakes),
        Tally { key_messages: 0, cut: 1.., .. } => format!(
            "no handshake in the file: the capture kept only the beginning of {} of its {} frames",
            tally.cut, tally.frames
        ),
        Tally { key_messages: 0, .. } => {
            "no handshake in the file, so no use for a passphrase or PMK".into()
        }
        Tally { other_networks: 1.., .. } => match &options.ssid {
            Some(ssid) => {
                let ssid = softnet_examples::text::bytes_as_text(ssid);
                format!("no handshake in the file with the network \"{ssid}\"")
            }
            None => {
                "the file does not name the network of its handshake; give it with --ssid".into()
            }
        },
        _ => format!("no whole handshake in the file, only {} of its messages", tally.key_messages),
    };
    Err(Failure::Broken(format!("{}: {why}", options.capture.display())))
}

fn wrong_secret(options: &Options, handshakes: u64) -> String {
    let what = match (options.passphrases.is_empty(), options.pmks.is_empty()) {
        (false, true) => "passphrase",
        (true, _) => "PMK",
        _ => "passphrase and PMK",
    };
    match handshakes {
        1 => format!("wrong {what}: the handshake in the file was made with another"),
        _ => {
            format!("wrong {what}: the {handshakes} handshakes in the file were made with another")
        }
    }
}
