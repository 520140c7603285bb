//! `check`: will it survive the cloud? Nothing is started.

use crate::args::{self, Format, Rules};
use crate::console::Console;
use crate::exit::Code;
use ::check::{Request, Wanted};
use diagnosis::Style;

pub fn run(check: args::Check, console: &Console) -> Code {
    let wanted = match check.rules {
        Rules::Load => Wanted::Load,
        Rules::Service => Wanted::Service,
        Rules::All => Wanted::All,
    };
    let report = ::check::check(&Request { paths: check.paths, files: check.files, wanted, strict: check.strict });
    match check.output {
        Format::Human => console.data(::check::human(&report, Style::Coloured).trim_end()),
        Format::Json => console.json(&report.document()),
        Format::Sarif => console.json(&::check::sarif(&report)),
        Format::Junit => console.data(::check::junit(&report).trim_end()),
    }
    Code(report.exit())
}
