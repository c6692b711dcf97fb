//! The numbers in an ONNX file, by name. Large ones stay where they are, in the binary, whose pages processes share.
//!
//! Of the file only the tensors are read, not the graph: what is done with them stands in the code. The fields are those
//! of <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

use bytes::Bytes;
use prost::Message;
use std::collections::HashMap;

#[derive(Clone, PartialEq, Message)]
struct Model {
    #[prost(message, optional, tag = "7")]
    graph: Option<Graph>,
}

#[derive(Clone, PartialEq, Message)]
struct Graph {
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<Tensor>,
}

/// Numbers in row-major order. Writers put them into the field of their type or, as little-endian bytes, into `raw_data`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(float, repeated, tag = "4")]
    float_data: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    int32_data: Vec<i32>,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "bytes", tag = "9")]
    raw_data: Bytes,
}

/// Value of `data_type` of signed bytes.
const SIGNED: i32 = 3;

/// A network's file is broken; the build is at fault, not the user.
#[derive(Debug, thiserror::Error)]
#[error("the {model} model is not readable: {reason}")]
pub struct Unreadable {
    /// Which model, e.g. `attribution`.
    pub model: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// The tensors of a file.
#[derive(Debug)]
pub struct Weights {
    model: &'static str,
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    /// Reads an ONNX file that is part of the binary; `model` names it in errors.
    ///
    /// # Errors
    /// When the bytes are no such file.
    pub fn read(model: &'static str, file: &'static [u8]) -> Result<Weights, Unreadable> {
        let read = Model::decode(Bytes::from_static(file));
        let graph = read.ok().and_then(|model| model.graph);
        let graph = graph.ok_or_else(|| Unreadable {
            model,
            reason: "it is no ONNX file".to_owned(),
        })?;
        let named = |tensor: Tensor| (tensor.name.clone(), tensor);
        let tensors = graph.initializer.into_iter().map(named).collect();
        Ok(Weights { model, tensors })
    }

    /// Bytes and whether they are signed.
    ///
    /// # Errors
    /// When there are none of this name, or fewer than its shape says.
    pub fn bytes(&self, name: &str) -> Result<(Bytes, bool), Unreadable> {
        let tensor = self.tensor(name)?;
        let bytes = if tensor.raw_data.is_empty() {
            tensor.int32_data.iter().map(|&x| x as u8).collect()
        } else {
            tensor.raw_data.clone()
        };
        self.whole(name, tensor, bytes.len())?;
        Ok((bytes, tensor.data_type == SIGNED))
    }

    /// Floats.
    ///
    /// # Errors
    /// When there are none of this name, or fewer than its shape says.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, Unreadable> {
        let tensor = self.tensor(name)?;
        let floats = if tensor.raw_data.is_empty() {
            tensor.float_data.clone()
        } else {
            let numbers = tensor.raw_data.as_chunks().0;
            numbers.iter().map(|x| f32::from_le_bytes(*x)).collect()
        };
        self.whole(name, tensor, floats.len())?;
        Ok(floats)
    }

    /// The last dimension of a tensor: how many columns it has; 1 where it is a single number.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn columns(&self, name: &str) -> Result<usize, Unreadable> {
        let last = self.tensor(name)?.dims.last().copied().unwrap_or(1);
        Ok(usize::try_from(last).unwrap_or(0).max(1))
    }

    fn tensor(&self, name: &str) -> Result<&Tensor, Unreadable> {
        let tensor = self.tensors.get(name);
        tensor.ok_or_else(|| self.broken(format!("it has no {name}")))
    }

    fn whole(&self, name: &str, tensor: &Tensor, count: usize) -> Result<(), Unreadable> {
        let told: i64 = tensor.dims.iter().product();
        if i64::try_from(count) == Ok(told) {
            return Ok(());
        }
        Err(self.broken(format!("{name} has {count} numbers instead of {told}")))
    }

    /// The error of a file that lacks something.
    pub fn broken(&self, reason: String) -> Unreadable {
        Unreadable {
            model: self.model,
            reason,
        }
    }
}

/// Tensors for tests: floats, and bytes with a sign.
#[cfg(test)]
pub(crate) mod made {
    use super::*;

    fn tensor(name: &str, dims: &[usize], data_type: i32, raw_data: Vec<u8>) -> Tensor {
        Tensor {
            dims: dims.iter().map(|&size| size as i64).collect(),
            data_type,
            name: name.to_owned(),
            raw_data: raw_data.into(),
            ..Tensor::default()
        }
    }

    pub(crate) fn floats(name: &str, dims: &[usize], numbers: &[f32]) -> Tensor {
        let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        tensor(name, dims, 1, bytes)
    }

    pub(crate) fn signed(name: &str, dims: &[usize], numbers: &[i8]) -> Tensor {
        let bytes = numbers.iter().map(|&x| x as u8).collect();
        tensor(name, dims, SIGNED, bytes)
    }

    pub(crate) fn file(initializer: Vec<Tensor>) -> Vec<u8> {
        let graph = Some(Graph { initializer });
        Model { graph }.encode_to_vec()
    }

    pub(crate) fn weights(tensors: Vec<Tensor>) -> Weights {
        Weights::read("test", file(tensors).leak()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::made::{file, floats, signed, weights};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tensors_are_found_by_name_in_either_field() {
        let mut other = floats("b", &[2], &[]);
        other.float_data = vec![3.0, 4.0];
        let weights = weights(vec![floats("a", &[1, 2], &[1.0, 2.0]), other]);
        assert_eq!(weights.floats("a").unwrap(), [1.0, 2.0]);
        assert_eq!(weights.floats("b").unwrap(), [3.0, 4.0]);
        assert_eq!(weights.columns("a").unwrap(), 2);
    }

    #[test]
    fn what_is_missing_or_short_is_told() {
        let weights = weights(vec![signed("a", &[2, 3], &[1; 5])]);
        let told = weights.bytes("a").unwrap_err().to_string();
        assert!(told.contains("a has 5 numbers instead of 6"), "{told}");
        let told = weights.floats("b").unwrap_err().to_string();
        assert!(told.contains("test") && told.contains("no b"), "{told}");
    }

    proptest! {
        #[test]
        fn what_is_no_file_is_refused(bytes: Vec<u8>, cut in 1usize..40) {
            let _ = Weights::read("test", bytes.leak());
            let whole = file(vec![signed("a", &[40], &[7; 40])]);
            let cut = whole[..whole.len() - cut].to_vec();
            prop_assert!(Weights::read("test", cut.leak()).is_err());
        }
    }
}
