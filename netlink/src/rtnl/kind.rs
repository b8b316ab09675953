//! `RTM_*`: the types of messages. Each object has four in a row: new, delete, get, and for links set.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/rtnetlink.h`.

/// `RTM_NEWLINK`: there is a link.
pub const NEWLINK: u16 = 16;
/// `RTM_DELLINK`: delete, or deleted: a link.
pub const DELLINK: u16 = 17;
/// `RTM_GETLINK`: tell me of a link.
pub const GETLINK: u16 = 18;
/// `RTM_SETLINK`: change a link.
pub const SETLINK: u16 = 19;
/// `RTM_NEWADDR`: there is an address.
pub const NEWADDR: u16 = 20;
/// `RTM_DELADDR`: delete, or deleted: an address.
pub const DELADDR: u16 = 21;
/// `RTM_GETADDR`: tell me of an address.
pub const GETADDR: u16 = 22;
/// `RTM_NEWROUTE`: there is a route.
pub const NEWROUTE: u16 = 24;
/// `RTM_DELROUTE`: delete, or deleted: a route.
pub const DELROUTE: u16 = 25;
/// `RTM_GETROUTE`: tell me of a route.
pub const GETROUTE: u16 = 26;
/// `RTM_NEWNEIGH`: there is a neighbour.
pub const NEWNEIGH: u16 = 28;
/// `RTM_DELNEIGH`: delete, or deleted: a neighbour.
pub const DELNEIGH: u16 = 29;
/// `RTM_GETNEIGH`: tell me of a neighbour.
pub const GETNEIGH: u16 = 30;
/// `RTM_NEWRULE`: there is a rule.
pub const NEWRULE: u16 = 32;
/// `RTM_DELRULE`: delete, or deleted: a rule.
pub const DELRULE: u16 = 33;
/// `RTM_GETRULE`: tell me of a rule.
pub const GETRULE: u16 = 34;
/// `RTM_NEWQDISC`: there is a queueing discipline.
pub const NEWQDISC: u16 = 36;
/// `RTM_DELQDISC`: delete, or deleted: a queueing discipline.
pub const DELQDISC: u16 = 37;
/// `RTM_GETQDISC`: tell me of a queueing discipline.
pub const GETQDISC: u16 = 38;
/// `RTM_NEWTCLASS`: there is a class of one.
pub const NEWTCLASS: u16 = 40;
/// `RTM_DELTCLASS`: delete, or deleted: a class of one.
pub const DELTCLASS: u16 = 41;
/// `RTM_GETTCLASS`: tell me of a class of one.
pub const GETTCLASS: u16 = 42;
/// `RTM_NEWTFILTER`: there is a filter.
pub const NEWTFILTER: u16 = 44;
/// `RTM_DELTFILTER`: delete, or deleted: a filter.
pub const DELTFILTER: u16 = 45;
/// `RTM_GETTFILTER`: tell me of a filter.
pub const GETTFILTER: u16 = 46;
/// `RTM_NEWACTION`: there is actions.
pub const NEWACTION: u16 = 48;
/// `RTM_DELACTION`: delete, or deleted: actions.
pub const DELACTION: u16 = 49;
/// `RTM_GETACTION`: tell me of actions.
pub const GETACTION: u16 = 50;
/// `RTM_NEWPREFIX`: there is a prefix that a router advertised.
pub const NEWPREFIX: u16 = 52;
/// `RTM_NEWMULTICAST`: there is a multicast address.
pub const NEWMULTICAST: u16 = 56;
/// `RTM_DELMULTICAST`: delete, or deleted: a multicast address.
pub const DELMULTICAST: u16 = 57;
/// `RTM_GETMULTICAST`: tell me of a multicast address.
pub const GETMULTICAST: u16 = 58;
/// `RTM_NEWANYCAST`: there is an anycast address.
pub const NEWANYCAST: u16 = 60;
/// `RTM_DELANYCAST`: delete, or deleted: an anycast address.
pub const DELANYCAST: u16 = 61;
/// `RTM_GETANYCAST`: tell me of an anycast address.
pub const GETANYCAST: u16 = 62;
/// `RTM_NEWNEIGHTBL`: there is a table of neighbours.
pub const NEWNEIGHTBL: u16 = 64;
/// `RTM_GETNEIGHTBL`: tell me of a table of neighbours.
pub const GETNEIGHTBL: u16 = 66;
/// `RTM_SETNEIGHTBL`: change a table of neighbours.
pub const SETNEIGHTBL: u16 = 67;
/// `RTM_NEWNDUSEROPT`: there is an option of neighbour discovery.
pub const NEWNDUSEROPT: u16 = 68;
/// `RTM_NEWADDRLABEL`: there is a label of address selection.
pub const NEWADDRLABEL: u16 = 72;
/// `RTM_DELADDRLABEL`: delete, or deleted: a label of address selection.
pub const DELADDRLABEL: u16 = 73;
/// `RTM_GETADDRLABEL`: tell me of a label of address selection.
pub const GETADDRLABEL: u16 = 74;
/// `RTM_GETDCB`: tell me of data centre bridging.
pub const GETDCB: u16 = 78;
/// `RTM_SETDCB`: change data centre bridging.
pub const SETDCB: u16 = 79;
/// `RTM_NEWNETCONF`: there is settings of a family.
pub const NEWNETCONF: u16 = 80;
/// `RTM_DELNETCONF`: delete, or deleted: settings of a family.
pub const DELNETCONF: u16 = 81;
/// `RTM_GETNETCONF`: tell me of settings of a family.
pub const GETNETCONF: u16 = 82;
/// `RTM_NEWMDB`: there is a bridge's multicast group.
pub const NEWMDB: u16 = 84;
/// `RTM_DELMDB`: delete, or deleted: a bridge's multicast group.
pub const DELMDB: u16 = 85;
/// `RTM_GETMDB`: tell me of a bridge's multicast group.
pub const GETMDB: u16 = 86;
/// `RTM_NEWNSID`: there is the id of a namespace.
pub const NEWNSID: u16 = 88;
/// `RTM_DELNSID`: delete, or deleted: the id of a namespace.
pub const DELNSID: u16 = 89;
/// `RTM_GETNSID`: tell me of the id of a namespace.
pub const GETNSID: u16 = 90;
/// `RTM_NEWSTATS`: there is statistics of a link.
pub const NEWSTATS: u16 = 92;
/// `RTM_GETSTATS`: tell me of statistics of a link.
pub const GETSTATS: u16 = 94;
/// `RTM_SETSTATS`: change statistics of a link.
pub const SETSTATS: u16 = 95;
/// `RTM_NEWCACHEREPORT`: there is a packet without a multicast route.
pub const NEWCACHEREPORT: u16 = 96;
/// `RTM_NEWCHAIN`: there is a chain of filters.
pub const NEWCHAIN: u16 = 100;
/// `RTM_DELCHAIN`: delete, or deleted: a chain of filters.
pub const DELCHAIN: u16 = 101;
/// `RTM_GETCHAIN`: tell me of a chain of filters.
pub const GETCHAIN: u16 = 102;
/// `RTM_NEWNEXTHOP`: there is a nexthop.
pub const NEWNEXTHOP: u16 = 104;
/// `RTM_DELNEXTHOP`: delete, or deleted: a nexthop.
pub const DELNEXTHOP: u16 = 105;
/// `RTM_GETNEXTHOP`: tell me of a nexthop.
pub const GETNEXTHOP: u16 = 106;
/// `RTM_NEWLINKPROP`: there is a further name of a link.
pub const NEWLINKPROP: u16 = 108;
/// `RTM_DELLINKPROP`: delete, or deleted: a further name of a link.
pub const DELLINKPROP: u16 = 109;
/// `RTM_GETLINKPROP`: tell me of a further name of a link.
pub const GETLINKPROP: u16 = 110;
/// `RTM_NEWVLAN`: there is a VLAN of a bridge.
pub const NEWVLAN: u16 = 112;
/// `RTM_DELVLAN`: delete, or deleted: a VLAN of a bridge.
pub const DELVLAN: u16 = 113;
/// `RTM_GETVLAN`: tell me of a VLAN of a bridge.
pub const GETVLAN: u16 = 114;
/// `RTM_NEWNEXTHOPBUCKET`: there is a bucket of a nexthop group.
pub const NEWNEXTHOPBUCKET: u16 = 116;
/// `RTM_DELNEXTHOPBUCKET`: delete, or deleted: a bucket of a nexthop group.
pub const DELNEXTHOPBUCKET: u16 = 117;
/// `RTM_GETNEXTHOPBUCKET`: tell me of a bucket of a nexthop group.
pub const GETNEXTHOPBUCKET: u16 = 118;
/// `RTM_NEWTUNNEL`: there is a tunnel's network.
pub const NEWTUNNEL: u16 = 120;
/// `RTM_DELTUNNEL`: delete, or deleted: a tunnel's network.
pub const DELTUNNEL: u16 = 121;
/// `RTM_GETTUNNEL`: tell me of a tunnel's network.
pub const GETTUNNEL: u16 = 122;
