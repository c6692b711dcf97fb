//! Copies of one text: MinHash signatures that estimate how many word sequences two texts share.
//!
//! A. Broder, "On the resemblance and containment of documents" (1997). The signature of a text holds,
//! for each of 64 hash functions, the least value over its shingles (runs of four words); the share
//! of equal places in two signatures estimates the share of common shingles. Sixteen bands of four
//! places find candidates: two texts that share 70 % of their shingles share a band with a
//! probability of 98.8 %.

/// Words in a shingle.
const SHINGLE: usize = 4;
/// Values in a signature.
const PLACES: usize = 64;
/// Values in a band.
const BAND: usize = 4;
/// Share of equal places from which two articles count as copies of one text.
const COPY: f64 = 0.7;

/// A text in short. Empty for a text without a word, which resembles nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature(Vec<i64>);

impl Signature {
    /// The signature of a text; case, punctuation and white space do not count.
    pub(crate) fn of(text: &str) -> Signature {
        let words: Vec<u64> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| {
                word.chars()
                    .flat_map(char::to_lowercase)
                    .fold(0xcbf2_9ce4_8422_2325, |hash, c| {
                        (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3)
                    })
            })
            .collect();
        if words.is_empty() {
            return Signature(Vec::new());
        }
        let mut least = [u64::MAX; PLACES];
        for shingle in words.windows(SHINGLE.min(words.len())) {
            let hash = shingle
                .iter()
                .fold(0, |hash: u64, word| mix(hash.rotate_left(5) ^ word));
            for (place, value) in least.iter_mut().enumerate() {
                *value = (*value).min(mix(hash ^ mix(place as u64 + 1)));
            }
        }
        Signature(least.iter().map(|value| value.cast_signed()).collect())
    }

    /// A signature read back.
    pub(crate) fn stored(values: Vec<i64>) -> Signature {
        Signature(values)
    }

    /// The values to store.
    pub(crate) fn values(&self) -> &[i64] {
        &self.0
    }

    /// One value per band; two texts that share one are worth comparing.
    pub(crate) fn bands(&self) -> Vec<i64> {
        self.0
            .chunks(BAND)
            .enumerate()
            .map(|(band, values)| {
                values
                    .iter()
                    .fold(mix(band as u64), |hash, value| {
                        mix(hash ^ value.cast_unsigned())
                    })
                    .cast_signed()
            })
            .collect()
    }

    /// Estimated share of common shingles, 0..=1.
    pub(crate) fn resemblance(&self, other: &Signature) -> f64 {
        if self.0.is_empty() || self.0.len() != other.0.len() {
            return 0.0;
        }
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        equal as f64 / self.0.len() as f64
    }

    /// True when the two are copies of one text.
    pub(crate) fn is_copy_of(&self, other: &Signature) -> bool {
        self.resemblance(other) >= COPY
    }
}

/// Spreads a value over 64 bits (the finaliser of SplitMix64). Stored signatures depend on it: it must
/// never change, which is why it is not the standard library's hasher.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: std::ops::Range<u32>) -> String {
        words.map(|n| format!("word{n} ")).collect()
    }

    #[test]
    fn a_copy_with_a_new_first_line_is_a_copy() {
        let original = Signature::of(&text(0..400));
        let copy = Signature::of(&format!("(Agency) — {}", text(0..390).to_uppercase()));
        assert!(copy.is_copy_of(&original));
        let shared = original.bands();
        assert!(copy.bands().iter().any(|band| shared.contains(band)));
    }

    #[test]
    fn the_estimate_is_near_the_true_share() {
        // 397 shingles each, 197 of them common: a share of 197 / 597 = 0.33.
        let share = Signature::of(&text(0..400)).resemblance(&Signature::of(&text(200..600)));
        assert!((0.1..0.56).contains(&share), "{share}");
    }

    #[test]
    fn other_texts_and_empty_ones_are_no_copies() {
        let one = Signature::of(&text(0..400));
        assert!(!one.is_copy_of(&Signature::of(&text(400..800))));
        let empty = Signature::of(" … ");
        assert!(empty.bands().is_empty());
        assert!(!empty.is_copy_of(&Signature::of("")));
    }

    #[test]
    fn short_texts_have_signatures_too() {
        assert!(Signature::of("Talks failed").is_copy_of(&Signature::of("talks failed.")));
    }

    #[test]
    fn stored_signatures_stay_readable() {
        // A changed hash would part every stored article from its later copies.
        assert_eq!(
            Signature::of("Talks failed").values()[..2],
            [6566583896191521992, -8893796489209544561]
        );
    }
}
