//! `check`: will it survive the cloud? Nothing is started.

use crate::args::{self, Format, Rules};
use crate::console::Console;
use crate::exit::Code;
use crate::printed::Printed;
use ::check::{Request, Wanted};
use diagnosis::{Diagnosis, Style};

pub fn run(check: args::Check, console: &Console) -> Result<Code, Diagnosis> {
    let wanted = match check.rules {
        Rules::Load => Wanted::Load,
        Rules::Service => Wanted::Service,
        Rules::All => Wanted::All,
    };
    let report = ::check::check(&Request { paths: check.paths, files: check.files, wanted, strict: check.strict });
    match check.output {
        Format::Plain(output) => {
            let printed = Printed { output, query: check.query };
            printed.print(&report.document(), console, |console| {
                console.data(::check::human(&report, Style::Coloured).trim_end());
                report.findings().for_each(|finding| console.annotate(&finding.placed()));
            })?;
        }
        Format::Sarif => console.json(&::check::sarif(&report)),
        Format::Junit => console.data(::check::junit(&report).trim_end()),
    }
    Ok(Code(report.exit()))
}
