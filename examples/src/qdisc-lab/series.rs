//! A run cut into equal spans of time, for each flow.

use softnet_sk_buff::Instant;

use crate::packet::FlowId;
use crate::record::{Happened, What};

/// What happened to a flow within one span.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Span {
    /// Most packets that waited at once for longer than an instant.
    pub(crate) depth: u64,
    pub(crate) left: u64,
    /// Of those that left, in nanoseconds: the sum, and the longest.
    pub(crate) delays: u64,
    pub(crate) longest: u64,
    pub(crate) lost: u64,
    pub(crate) marked: u64,
}

impl Span {
    fn count(&mut self, what: What) {
        match what {
            What::Left(delay) | What::LeftMarked(delay) => {
                self.left += 1;
                self.delays = self.delays.saturating_add(delay);
                self.longest = self.longest.max(delay);
                self.marked += u64::from(matches!(what, What::LeftMarked(_)));
            }
            What::Lost => self.lost += 1,
            What::Came | What::Dequeued | What::Taken => {}
        }
    }

    /// Mean delay in nanoseconds; `None` if nothing left.
    pub(crate) fn mean(&self) -> Option<u64> {
        self.delays.checked_div(self.left)
    }
}

/// The spans of several lines, each of some of the flows.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// First by line, then by time.
    pub(crate) lines: Vec<Vec<Span>>,
    /// What waited of all together, at most, in each span.
    pub(crate) depth: Vec<u64>,
}

impl Series {
    /// Cuts what `happened` until `end` into `spans`. `line` says which line a flow is in.
    pub(crate) fn new(
        happened: &[Happened],
        end: Instant,
        spans: usize,
        lines: usize,
        line: impl Fn(FlowId) -> usize,
    ) -> Self {
        let mut series =
            Self { lines: vec![vec![Span::default(); spans]; lines], depth: vec![0; spans] };
        let mut waiting = vec![0_u64; lines];
        let (mut now, mut last) = (0, Instant::ZERO);
        for each in happened {
            if each.at > last {
                series.hold(now, &waiting);
                last = each.at;
            }
            let span = place(each.at, end, spans);
            while now < span {
                now += 1;
                series.hold(now, &waiting);
            }
            let line = line(each.flow);
            series.lines[line][span].count(each.what);
            match each.what {
                What::Came => waiting[line] += 1,
                What::Dequeued | What::Lost | What::Taken => {
                    waiting[line] = waiting[line].saturating_sub(1);
                }
                What::Left(_) | What::LeftMarked(_) => {}
            }
        }
        for span in now..spans {
            series.hold(span, &waiting);
        }
        series
    }

    /// So much has waited for a while within this span.
    fn hold(&mut self, span: usize, waiting: &[u64]) {
        for (line, waits) in self.lines.iter_mut().zip(waiting) {
            line[span].depth = line[span].depth.max(*waits);
        }
        self.depth[span] = self.depth[span].max(waiting.iter().sum());
    }
}

fn place(at: Instant, end: Instant, spans: usize) -> usize {
    let scaled = u128::from(at.as_nanos()) * spans as u128 / u128::from(end.as_nanos()).max(1);
    usize::try_from(scaled).unwrap_or(usize::MAX).min(spans - 1)
}

/// The delay that `percent` of 100 packets don't exceed (nearest rank), of delays in ascending order.
pub(crate) fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happened(list: &[(u64, usize, What)]) -> Vec<Happened> {
        let at = Instant::from_nanos;
        list.iter()
            .map(|&(t, flow, what)| Happened { at: at(t), flow: FlowId(flow), what })
            .collect()
    }

    #[test]
    fn what_waits_is_seen_in_every_span_that_it_waits_in() {
        let list = happened(&[
            (0, 0, What::Came),
            (5, 0, What::Came),
            (12, 1, What::Came),
            (13, 1, What::Came),
            (13, 1, What::Lost),
            (35, 0, What::Dequeued),
            (35, 0, What::Left(35)),
            (36, 0, What::Dequeued),
            (37, 0, What::LeftMarked(31)),
            (39, 1, What::Lost),
        ]);
        let series = Series::new(&list, Instant::from_nanos(50), 5, 2, |flow| flow.0);
        let depth = |line: usize| series.lines[line].iter().map(|s| s.depth).collect::<Vec<_>>();
        assert_eq!(depth(0), [2, 2, 2, 2, 0]);
        assert_eq!(depth(1), [0, 1, 1, 1, 0], "what is dropped as it comes has not waited");
        assert_eq!(series.depth, [2, 3, 3, 3, 0]);
        let span = series.lines[0][3];
        assert_eq!((span.left, span.mean(), span.longest, span.marked), (2, Some(33), 35, 1));
        assert_eq!(series.lines[1][3].lost, 1);
        assert_eq!(series.lines[1][3].mean(), None);
    }

    #[test]
    fn an_end_that_is_the_start_is_one_span() {
        let list = happened(&[(0, 0, What::Came), (0, 0, What::Dequeued), (0, 0, What::Left(0))]);
        let series = Series::new(&list, Instant::ZERO, 3, 1, |flow| flow.0);
        assert_eq!(series.lines[0][0].left, 1);
    }

    /// The definition's own example: of 1 to 100 the percentiles are themselves.
    #[test]
    fn percentiles_are_nearest_ranks() {
        let all: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&all, 50), percentile(&all, 95)), (Some(50), Some(95)));
        assert_eq!(percentile(&[15, 20, 35, 40, 50], 40), Some(20));
        assert_eq!(percentile(&[7], 95), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }
}
