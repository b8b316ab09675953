//! The program brings its own entry point; build scripts and macros must not.
fn main() {
    println!("cargo::rustc-link-arg-bins=-nostartfiles");
}
