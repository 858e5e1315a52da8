//! How values are spread over the travel of a knob, and over the range of a host's parameter.

/// How values are spread over the travel of a knob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart.
    Logarithmic,
    /// Two thirds of the travel lie between two values, a sixth on either side of them.
    Middle {
        /// The lower of the two.
        low: f64,
        /// The higher of the two.
        high: f64,
    },
}

/// Where [`Scale::Middle`] has its two values, on a knob from 0 to 1.
const MIDDLE: (f64, f64) = (1.0 / 6.0, 5.0 / 6.0);

impl Scale {
    /// The plain value of a host's, in a range from `min` to `max`.
    pub(super) fn value(self, host: f64, min: f64, max: f64) -> f64 {
        match self {
            Self::Linear => host,
            Self::Logarithmic => min * libm::pow(max / min, host),
            Self::Middle { low, high } => {
                let (first, second) = MIDDLE;
                if host < first {
                    min + (low - min) * (host / first)
                } else if host <= second {
                    low + (high - low) * ((host - first) / (second - first))
                } else {
                    high + (max - high) * ((host - second) / (1.0 - second))
                }
            }
        }
    }

    /// The host's value for a plain one.
    pub(super) fn host(self, value: f64, min: f64, max: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => libm::log(value / min) / libm::log(max / min),
            Self::Middle { low, high } => {
                let (first, second) = MIDDLE;
                if value < low {
                    first * ((value - min) / (low - min))
                } else if value <= high {
                    first + (second - first) * ((value - low) / (high - low))
                } else {
                    second + (1.0 - second) * ((value - high) / (max - high))
                }
            }
        }
    }
}
