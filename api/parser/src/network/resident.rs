//! Leaves the large tensors of an ONNX file where they are: in the binary.
//!
//! rten copies every tensor that stands in the file itself and copies none that stands in another file. So the
//! file is given to it twice: as a skeleton whose large tensors say that their numbers are elsewhere, and as the
//! elsewhere. What is left out of the skeleton never takes memory besides the pages of the binary, which
//! processes share.
//!
//! Only tensors of single bytes are left out: others would have to be aligned in the binary.
//!
//! The wire format is that of Protocol Buffers (<https://protobuf.dev/programming-guides/encoding/>), the fields
//! those of <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

use std::ops::Range;

/// The name under which the skeleton looks for its tensors. rten wants it to end in `.data`.
pub(super) const ELSEWHERE: &str = "binary.data";

/// Smaller tensors are copied: a reference to one would not be much shorter.
const LEAST: usize = 4096;

/// Numbers of the fields.
const GRAPH: u64 = 7;
const INITIALIZER: u64 = 5;
const DATA_TYPE: u64 = 2;
const RAW_DATA: u64 = 9;
const EXTERNAL_DATA: u64 = 13;
const DATA_LOCATION: u64 = 14;
const KEY: u64 = 1;
const VALUE: u64 = 2;

/// Values of `DATA_TYPE` whose numbers are single bytes, unsigned and signed.
const BYTES: [u64; 2] = [2, 3];
/// Value of `DATA_LOCATION`.
const EXTERNAL: u64 = 1;

/// Wire types.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

/// The skeleton of an ONNX file; `None` where the bytes are none.
pub(super) fn skeleton(file: &[u8]) -> Option<Vec<u8>> {
    rewrite(file, 0..file.len(), GRAPH, |graph| {
        rewrite(file, graph, INITIALIZER, |tensor| {
            without_data(file, tensor)
        })
    })
}

/// One field of a message.
struct Field {
    number: u64,
    /// Value of a field of wire type [`VARINT`], else 0.
    value: u64,
    /// All its bytes in the file.
    whole: Range<usize>,
    /// Those that come after its length, else none.
    inner: Range<usize>,
}

/// The message at `span` with each field `number` of it replaced.
fn rewrite(
    file: &[u8],
    span: Range<usize>,
    number: u64,
    replace: impl Fn(Range<usize>) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for field in fields(file, span)? {
        if field.number == number {
            put_bytes(&mut out, number, &replace(field.inner)?);
        } else {
            out.extend_from_slice(file.get(field.whole)?);
        }
    }
    Some(out)
}

/// The tensor at `span`, its numbers replaced by where they are in the file.
fn without_data(file: &[u8], span: Range<usize>) -> Option<Vec<u8>> {
    let fields = fields(file, span.clone())?;
    let single = fields
        .iter()
        .any(|field| field.number == DATA_TYPE && BYTES.contains(&field.value));
    let data = fields.iter().find(|field| field.number == RAW_DATA);
    let Some(data) = data.filter(|data| single && data.inner.len() >= LEAST) else {
        return file.get(span).map(<[u8]>::to_vec);
    };
    let mut out = Vec::new();
    for field in &fields {
        // Writers may say expressly that the numbers are here.
        if ![RAW_DATA, DATA_LOCATION].contains(&field.number) {
            out.extend_from_slice(file.get(field.whole.clone())?);
        }
    }
    let (offset, length) = (data.inner.start.to_string(), data.inner.len().to_string());
    for (key, value) in [
        ("location", ELSEWHERE),
        ("offset", &offset),
        ("length", &length),
    ] {
        let mut entry = Vec::new();
        put_bytes(&mut entry, KEY, key.as_bytes());
        put_bytes(&mut entry, VALUE, value.as_bytes());
        put_bytes(&mut out, EXTERNAL_DATA, &entry);
    }
    put_varint(&mut out, DATA_LOCATION << 3 | VARINT);
    put_varint(&mut out, EXTERNAL);
    Some(out)
}

/// The fields of the message at `span`.
fn fields(file: &[u8], span: Range<usize>) -> Option<Vec<Field>> {
    let message = file.get(..span.end)?;
    let (mut at, mut found) = (span.start, Vec::new());
    while at < span.end {
        let start = at;
        let tag = varint(message, &mut at)?;
        let (mut value, mut inner) = (0, 0..0);
        match tag & 7 {
            VARINT => value = varint(message, &mut at)?,
            FIXED_64 => at += 8,
            FIXED_32 => at += 4,
            LENGTH => {
                let length = usize::try_from(varint(message, &mut at)?).ok()?;
                inner = at..at.checked_add(length)?;
                at = inner.end;
            }
            _ => return None,
        }
        if at > span.end {
            return None;
        }
        found.push(Field {
            number: tag >> 3,
            value,
            whole: start..at,
            inner,
        });
    }
    Some(found)
}

/// The number of seven bits a byte, lowest first, that begins at `at`; `at` is moved behind it.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = u64::from(*bytes.get(*at)?);
        *at += 1;
        value |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    put_varint(out, number << 3 | LENGTH);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file with one tensor of `data` and, around the graph, fields of every other wire type.
    fn file(data_type: u64, data: &[u8]) -> Vec<u8> {
        let mut tensor = Vec::new();
        put_varint(&mut tensor, DATA_TYPE << 3 | VARINT);
        put_varint(&mut tensor, data_type);
        put_bytes(&mut tensor, RAW_DATA, data);
        put_varint(&mut tensor, DATA_LOCATION << 3 | VARINT);
        put_varint(&mut tensor, 0);
        let (mut graph, mut file) = (Vec::new(), Vec::new());
        put_bytes(&mut graph, 1, b"node");
        put_bytes(&mut graph, INITIALIZER, &tensor);
        file.extend([1 << 3 | FIXED_32 as u8, 1, 2, 3, 4]);
        put_bytes(&mut file, GRAPH, &graph);
        file.extend([2 << 3 | FIXED_64 as u8, 1, 2, 3, 4, 5, 6, 7, 8]);
        file
    }

    #[test]
    fn a_large_tensor_of_bytes_is_left_out_and_found_again() {
        let data: Vec<u8> = (0..LEAST).map(|nth| nth as u8 ^ 0x5a).collect();
        let file = file(BYTES[1], &data);
        let skeleton = skeleton(&file).unwrap();
        assert!(skeleton.len() < 200, "{}", skeleton.len());
        let text = String::from_utf8_lossy(&skeleton);
        let offset = file.windows(LEAST).position(|window| window == data);
        assert!(text.contains(&offset.unwrap().to_string()) && text.contains(ELSEWHERE));
        let location = [DATA_LOCATION as u8 * 8, EXTERNAL as u8];
        let said = skeleton.windows(2).filter(|pair| pair[0] == location[0]);
        assert_eq!(said.collect::<Vec<_>>(), [location]);
    }

    #[test]
    fn other_tensors_stay_as_they_are() {
        for file in [file(BYTES[0], &[7; LEAST - 1]), file(1, &[7; 2 * LEAST])] {
            assert_eq!(skeleton(&file).unwrap(), file);
        }
    }

    proptest! {
        #[test]
        fn what_is_no_file_is_refused(bytes: Vec<u8>, cut in 0usize..5000) {
            let _ = skeleton(&bytes);
            let whole = file(BYTES[0], &[7; LEAST]);
            let cut = cut.min(whole.len() - 1);
            // Between two fields of the file a cut cannot be seen: before the graph, after it, or before all.
            let hidden = [0, 5, whole.len() - 9].contains(&cut);
            prop_assert_eq!(skeleton(&whole[..cut]).is_some(), hidden, "{}", cut);
        }
    }
}
