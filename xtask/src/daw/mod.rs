//! Uses Extrema in a DAW as a musician does: on a track, automated, played live and exported. The
//! DAW is Ardour, without a window, and its audio must equal the effect's to the bit. So must that of
//! the standalone program.

mod ardour;
mod checks;
mod clock;
mod expected;
mod jack;
mod live;
mod recording;
mod session;
mod standalone;
mod timeout;

use anyhow::Result;

use crate::{bundle, tools, workspace};
use ardour::Ardour;

/// Installs Ardour and JACK if need be, builds the plugin and runs all checks.
pub fn run() -> Result<()> {
    tools::ensure(&[tools::ARDOUR])?;
    tools::ensure(&tools::JACK)?;
    let bundles = bundle::run()?;
    workspace::announce("Using the plugin in Ardour", "about three minutes");
    let ardour = Ardour::with(&bundles.vst3)?;
    println!("{}; what is expected was found with Ardour 7.3", ardour.version()?);
    checks::run(&ardour, &recording::make()?)?;
    standalone::run()
}
