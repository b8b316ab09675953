//! Traffic control: queueing disciplines, classes, filters and actions, with their options and counters.
//!
//! The messages are rtnetlink's ([`RouteMessageView`](crate::rtnl::RouteMessageView)). What `TCA_OPTIONS` holds goes by
//! `TCA_KIND`, and differs between disciplines, classes and filters: [`QdiscOptions`](qdisc::QdiscOptions),
//! [`ClassOptions`](qdisc::ClassOptions), [`FilterOptions`](filter::FilterOptions).

pub mod act;
pub mod filter;
pub mod qdisc;
mod table;
pub mod xstats;

pub use table::*;

use crate::wire::Attrs;

/// The text of `TCA_KIND`, or of `TCA_ACT_KIND`.
fn kind(among: Attrs<'_>) -> Option<&[u8]> {
    among.find(1).map(|kind| kind.c_str())
}
