//! The machine's time, read and moved by its HPET.
//!
//! Debian's QEMU has no qtest accelerator, hence no `clock_step`. But with instruction counting
//! (`-icount sleep=off`) and a halted CPU, virtual time stands still until a timer is armed and then
//! jumps to it. So arming a timer of the HPET moves time. Registers: IA-PC HPET specification 1.0a,
//! section 2.3.

use core::time::Duration;

use super::config::ClockMode;
use super::lines::LinkError;
use super::process::PARKED;
use super::qtest::Qtest;

const BASE: u64 = 0xfed0_0000;
const CONFIGURATION: u64 = BASE + 0x10;
const MAIN_COUNTER: u64 = BASE + 0xf0;
const TIMER0_CONFIGURATION: u64 = BASE + 0x100;
const TIMER0_COMPARATOR_LOW: u64 = BASE + 0x108;
const TIMER0_COMPARATOR_HIGH: u64 = BASE + 0x10c;

/// The counter runs.
const ENABLE: u32 = 1;
/// An upper half that makes a comparator so far away that the model arms nothing.
const FAR: u32 = 0x7fff_ffff;
/// Timer 0 fires once, on input 2 of the I/O APIC, where nothing else is.
const ONE_SHOT: u32 = 1 << 2 | 2 << 9;
/// QEMU's counter period.
const NANOS_PER_TICK: u64 = 10;

/// Looks at the clock before the step is given up. One look takes about 20 us, and two or three are
/// usual.
const MAX_LOOKS: u32 = 100_000;

/// Starts time at 0 once the CPU sleeps; `false` if it does not.
///
/// The few nanoseconds that the CPU takes must not fall into a run's time now and outside it then.
/// Virtual time jumps only while the CPU sleeps, so after a first step all runs are alike.
pub(super) fn start(qtest: &mut Qtest, mode: ClockMode) -> Result<bool, LinkError> {
    let mut looks = 0..MAX_LOOKS;
    while qtest.readl(PARKED)? == 0 {
        if looks.next().is_none() {
            return Ok(false);
        }
    }
    start_counter(qtest)?;
    if mode == ClockMode::Real {
        return Ok(true);
    }
    let moved = step(qtest, Duration::from_millis(1))?;
    start_counter(qtest)?;
    Ok(moved)
}

fn start_counter(qtest: &mut Qtest) -> Result<(), LinkError> {
    qtest.writel(CONFIGURATION, 0)?;
    qtest.writel(MAIN_COUNTER, 0)?;
    qtest.writel(MAIN_COUNTER + 4, 0)?;
    qtest.writel(TIMER0_COMPARATOR_HIGH, FAR)?;
    qtest.writel(TIMER0_CONFIGURATION, ONE_SHOT)?;
    qtest.writel(CONFIGURATION, ENABLE)
}

/// Nanoseconds since the counter was started.
pub(super) fn now(qtest: &mut Qtest) -> Result<u64, LinkError> {
    Ok(qtest.readq(MAIN_COUNTER)?.saturating_mul(NANOS_PER_TICK))
}

/// Moves virtual time on by `step` at least; `false` if it will not move.
pub(super) fn step(qtest: &mut Qtest, step: Duration) -> Result<bool, LinkError> {
    let step = u64::try_from(step.as_nanos()).unwrap_or(u64::MAX);
    let end = now(qtest)?.saturating_add(step);
    let ticks = end.div_ceil(NANOS_PER_TICK);
    // Each write arms the timer anew, and time may jump before the next one; a timer that is past
    // fires one tick later. So only the last write may name a time that can be reached.
    qtest.writel(TIMER0_COMPARATOR_HIGH, FAR)?;
    qtest.writel(TIMER0_COMPARATOR_LOW, ticks as u32)?;
    qtest.writel(TIMER0_COMPARATOR_HIGH, (ticks >> 32) as u32)?;
    for _ in 0..MAX_LOOKS {
        if now(qtest)? >= end {
            // Timers that were due on the way have then run to their end.
            return qtest.barrier().map(|()| true);
        }
    }
    Ok(false)
}
