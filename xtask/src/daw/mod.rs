//! Uses Extrema in a DAW as a musician does: on a track, automated, played, exported. The DAW is Ardour,
//! without a window; it must give what the effect alone gives, to the bit.

mod ardour;
mod checks;
mod jack;
mod live;
mod patience;
mod playback;
mod recording;
mod session;

use anyhow::Result;

use crate::{bundle, needs};
use ardour::Ardour;

/// Installs Ardour if need be, builds the plugin and runs all checks.
pub fn run() -> Result<()> {
    needs::ardour()?;
    needs::jack()?;
    let bundles = bundle::run()?;
    let ardour = Ardour::with(&bundles.vst3)?;
    println!("{}; the checks know how Ardour 7.3 plays", ardour.version()?);
    checks::run(&ardour, &recording::make()?)
}
