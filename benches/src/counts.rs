//! Instructions and allocations per operation, which don't drift.
//!
//! The program runs itself under callgrind, once with `N` operations and once with `2 * N`. The
//! difference divided by `N` is what one operation takes: set-up and tear-down cancel out.
//!
//! ```no_run
//! use softnet_benches::counts::{Case, CountingAllocator, main};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator;
//!
//! fn transmit(count: u64) {
//!     // Set up, then send `count` packets.
//! }
//!
//! main(&[Case { name: "transmit", operations: 10_000, run: transmit }]);
//! ```

use core::alloc::{GlobalAlloc, Layout};
use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering};
use std::alloc::System;
use std::env;
use std::fs;
use std::process::{Command, ExitCode, Stdio};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static IN_USE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

fn taken(bytes: usize) {
    ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    let bytes = bytes as u64;
    let in_use = IN_USE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(in_use, Ordering::Relaxed);
}

/// The system's allocator, with a count of how often it was asked for memory and of the bytes that are
/// in use.
pub struct CountingAllocator;

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both there at once, as where a block has to move.
        taken(size);
        IN_USE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// Requests for memory so far, if [`CountingAllocator`] is the program's allocator.
#[must_use]
pub fn allocations() -> u64 {
    ALLOCATIONS.load(Ordering::Relaxed)
}

/// Bytes in use now, as they were asked for, if [`CountingAllocator`] is the program's allocator.
#[must_use]
pub fn bytes_in_use() -> u64 {
    IN_USE.load(Ordering::Relaxed)
}

/// The most bytes that were in use at once since [`forget_peak`], if [`CountingAllocator`] is the program's
/// allocator.
#[must_use]
pub fn peak_bytes() -> u64 {
    PEAK.load(Ordering::Relaxed)
}

/// Begins anew with what [`peak_bytes`] tells.
pub fn forget_peak() {
    PEAK.store(bytes_in_use(), Ordering::Relaxed);
}

/// One row of the table.
pub struct Case {
    /// What an operation is.
    pub name: &'static str,
    /// `N`: enough that one instruction more or less at the edges does not show.
    pub operations: u64,
    /// Sets up and does the operation that many times.
    pub run: fn(u64),
}

/// The whole program: prints a table, or, as its own child, runs one case. With names as arguments
/// only those cases.
#[must_use]
pub fn main(cases: &[Case]) -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [flag, name, count] = args.as_slice()
        && flag == "--child"
    {
        return child(cases, name, count);
    }
    if !has_valgrind() {
        println!(
            "skipped: no valgrind here, which counts the instructions (apt-get install valgrind)"
        );
        return ExitCode::SUCCESS;
    }
    println!("{:<34} {:>14} {:>13}", "per operation", "instructions", "allocations");
    let mut failed = false;
    for case in cases.iter().filter(|case| args.is_empty() || args.iter().any(|a| a == case.name)) {
        match measure(case) {
            Ok((instructions, allocations)) => {
                println!("{:<34} {instructions:>14.1} {allocations:>13.3}", case.name);
            }
            Err(why) => {
                println!("{:<34} {why}", case.name);
                failed = true;
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Whether instructions can be counted here.
#[must_use]
pub fn has_valgrind() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn child(cases: &[Case], name: &str, count: &str) -> ExitCode {
    let case = cases.iter().find(|case| case.name == name);
    let (Some(case), Ok(count)) = (case, count.parse()) else { return ExitCode::FAILURE };
    (case.run)(count);
    println!("allocations {}", allocations());
    ExitCode::SUCCESS
}

fn measure(case: &Case) -> Result<(f64, f64), String> {
    let (once, twice) = (run(case.name, case.operations)?, run(case.name, 2 * case.operations)?);
    let each = |once: u64, twice: u64| (twice as f64 - once as f64) / case.operations as f64;
    Ok((each(once.0, twice.0), each(once.1, twice.1)))
}

/// Instructions and allocations of a whole run of this program.
fn run(name: &str, count: u64) -> Result<(u64, u64), String> {
    let (log, out) = under_callgrind("/dev/null", &["--child", name, &count.to_string()])?;
    let number_after = |text: &str, key: &str| {
        let line = text.lines().find_map(|line| line.split_once(key));
        line.and_then(|(_, number)| number.trim_start_matches([' ', ':']).trim().parse().ok())
    };
    match (number_after(&log, "Collected"), number_after(&out, "allocations")) {
        (Some(instructions), Some(allocations)) => Ok((instructions, allocations)),
        _ => Err("failed: no output".into()),
    }
}

/// Begins or ends what [`between_marks`] counts.
#[inline(never)]
pub fn mark() {
    black_box(());
}

/// Runs this program as its own child with `args`: the instructions of each span between a
/// [`mark`] and the next one, the first and second, the third and fourth, and what it printed.
///
/// Many counts in one run, where a process for each would take long to start.
///
/// # Errors
/// It failed, with what it said about that.
pub fn between_marks(args: &[&str]) -> Result<(Vec<u64>, String), String> {
    let folder = env::temp_dir().join(format!("softnet-counts-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|why| why.to_string())?;
    let counted = under_callgrind(&folder.join("part").to_string_lossy(), args);
    // Each mark writes down what came since the one before.
    let part = |number: usize| {
        let text = fs::read_to_string(folder.join(format!("part.{number}"))).ok()?;
        text.lines().find_map(|line| line.strip_prefix("totals:"))?.trim().parse().ok()
    };
    let spans = (1..).map_while(|span| part(2 * span)).collect();
    let removed = fs::remove_dir_all(&folder).map_err(|why| why.to_string());
    counted.and_then(|(_, out)| removed.map(|()| (spans, out)))
}

/// Runs this program as its own child with `args`: what callgrind said, and what the program printed.
fn under_callgrind(out_file: &str, args: &[&str]) -> Result<(String, String), String> {
    let program = env::current_exe().map_err(|why| why.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-after=*counts::mark*"])
        .arg(format!("--callgrind-out-file={out_file}"))
        .arg(program)
        .args(args)
        .output()
        .map_err(|why| why.to_string())?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok((log, String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    // What the program itself said, not valgrind.
    let own = log.lines().find(|line| line.contains("panicked at"));
    Err(format!("failed: {}", own.or(log.lines().last()).unwrap_or("no output")))
}
