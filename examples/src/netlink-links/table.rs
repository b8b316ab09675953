//! The links, a line each.

use std::env;

use softnet_examples::failure::Failure;
use softnet_examples::text::{Text, bytes_as_text, print};
use softnet_netlink::client::{Error, Protocol, Socket};
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkAttr, LinkSet, LinkStats64};
use softnet_netlink::rtnl::{RouteMessageView, kind};
use softnet_netlink::set::MessageView;

const HELP: &str = "\
netlink-links: this machine's links and what went through them

One line for each link: its name, whether it is up, its MTU, its queueing
discipline, and bytes, packets, errors and drops, received and sent.

USAGE
    netlink-links
";

const IFF_UP: u32 = 1;
const IFF_RUNNING: u32 = 0x40;

const HEAD: [&str; 12] = [
    "link", "state", "mtu", "qdisc", "rx bytes", "packets", "errors", "dropped", "tx bytes",
    "packets", "errors", "dropped",
];

pub(crate) fn main() -> Result<(), Failure> {
    match env::args_os().nth(1) {
        None => {}
        Some(word) if word == "-h" || word == "--help" => {
            print(HELP);
            return Ok(());
        }
        Some(word) => {
            let word = word.to_string_lossy();
            return Err(Failure::Refused(format!("'{word}' is not understood; see --help")));
        }
    }
    let table = table().map_err(|why| Failure::broken("netlink", why))?;
    print(&table.finish());
    Ok(())
}

fn table() -> Result<Text, Error> {
    let mut socket = Socket::open(Protocol::ROUTE)?;
    let links = socket.dump(kind::GETLINK, |body| body.fixed(&Ifinfomsg::default()))?;
    let links = links.messages().filter_map(RouteMessageView::decode);
    let rows: Vec<_> = links
        .filter_map(|message| match message {
            RouteMessageView::Link(link) => Some(row(link)),
            _ => None,
        })
        .collect();
    let mut text = Text::default();
    text.table(&HEAD, &rows);
    Ok(text)
}

fn row(link: MessageView<'_, Ifinfomsg, LinkSet>) -> Vec<String> {
    let (mut name, mut qdisc, mut mtu) = (String::new(), String::new(), 0);
    let mut stats = LinkStats64::default();
    for attr in link.attrs() {
        match attr {
            LinkAttr::Ifname(text) => name = bytes_as_text(text),
            LinkAttr::Qdisc(text) => qdisc = bytes_as_text(text),
            LinkAttr::Mtu(bytes) => mtu = bytes,
            LinkAttr::Stats64(view) => stats = view.get(),
            _ => {}
        }
    }
    let state = match link.body().flags & (IFF_UP | IFF_RUNNING) {
        0 => "down",
        IFF_UP => "no link",
        _ => "up",
    };
    let LinkStats64 { rx_bytes, rx_packets, rx_errors, rx_dropped, .. } = stats;
    let LinkStats64 { tx_bytes, tx_packets, tx_errors, tx_dropped, .. } = stats;
    let rx = [rx_bytes, rx_packets, rx_errors, rx_dropped];
    let tx = [tx_bytes, tx_packets, tx_errors, tx_dropped];
    let numbers = rx.into_iter().chain(tx).map(|number| number.to_string());
    [name, state.to_owned(), mtu.to_string(), qdisc].into_iter().chain(numbers).collect()
}
