//! Running a trained network: pure Rust inference, one row of tokens on one thread.
//!
//! A row is run by itself, never padded and never in a batch with others: activations are quantised
//! per run, so that a row's result would otherwise depend on its neighbours. Rows are shared out to
//! *lanes*, as many as there are cores, which all parsers of the process use: one row on one core
//! wastes less than one row on all cores, and a long article still uses every core.
//!
//! Callers wait on a channel and not inside a work-stealing pool: a pool's thread that waits would
//! begin another article on top of the one that it has not finished, without end.

mod resident;

use crate::context::ParserError;
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One output of one row: `data` in row-major order, the first dimension (1) included in `shape`.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Sizes of the dimensions after the batch dimension.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f32>,
}

/// One input of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// One number for each token.
    Numbers(Vec<i32>),
    /// `width` numbers for each token, token by token.
    States {
        /// Numbers for each token.
        width: usize,
        /// All numbers; their count is a multiple of `width`.
        data: Vec<f32>,
    },
}

/// A network that is part of the binary.
pub struct Network {
    name: &'static str,
    model: Arc<Model>,
    inputs: Vec<NodeId>,
    outputs: Vec<NodeId>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Network {
    /// Reads an ONNX file. `inputs` and `outputs` are their names in it.
    ///
    /// # Errors
    /// When the bytes are no such network or lack one of the inputs or outputs.
    pub fn load(
        name: &'static str,
        bytes: &'static [u8],
        inputs: &[&str],
        outputs: &[&str],
    ) -> Result<Network, ParserError> {
        let broken = |reason: String| ParserError::Model {
            model: name,
            reason,
        };
        let skeleton =
            resident::skeleton(bytes).ok_or_else(|| broken("it is no ONNX file".to_owned()))?;
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .external_data_static(resident::ELSEWHERE, bytes)
            .load(skeleton)
            .map_err(|error| broken(error.to_string()))?;
        Network::of(name, Arc::new(model), inputs, outputs)
    }

    /// The part of this network between `inputs` and `outputs`, any of the values that are named in its file. They share
    /// their weights.
    ///
    /// # Errors
    /// When the network has no such value.
    pub fn part(&self, inputs: &[&str], outputs: &[&str]) -> Result<Network, ParserError> {
        Network::of(self.name, self.model.clone(), inputs, outputs)
    }

    fn of(
        name: &'static str,
        model: Arc<Model>,
        inputs: &[&str],
        outputs: &[&str],
    ) -> Result<Network, ParserError> {
        let ids = |names: &[&str]| {
            names
                .iter()
                .map(|id| model.node_id(id))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| ParserError::Model {
                    model: name,
                    reason: error.to_string(),
                })
        };
        let (inputs, outputs) = (ids(inputs)?, ids(outputs)?);
        Ok(Network {
            name,
            model,
            inputs,
            outputs,
        })
    }

    /// Runs one row: one column for each input, all of the same number of tokens, at least 1.
    fn run(&self, columns: Vec<Column>, pool: &Arc<ThreadPool>) -> Option<Vec<Output>> {
        let inputs = self
            .inputs
            .iter()
            .zip(columns)
            .map(|(id, column)| {
                let value = match column {
                    Column::Numbers(data) => NdTensor::from_data([1, data.len()], data).into(),
                    Column::States { width, data } => {
                        NdTensor::from_data([1, data.len() / width, width], data).into()
                    }
                };
                (*id, value)
            })
            .collect();
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        let outputs = self.model.run(inputs, &self.outputs, Some(options)).ok()?;
        outputs
            .into_iter()
            .map(|value| {
                let tensor: rten_tensor::Tensor<f32> = value.try_into().ok()?;
                let shape = rten_tensor::Layout::shape(&tensor).get(1..)?.to_vec();
                Some(Output {
                    shape,
                    data: tensor.into_data(),
                })
            })
            .collect()
    }

    /// Runs every row and hands its outputs to `reduce`, on the lanes; answers in the order of the rows.
    ///
    /// A row has one column for each input. An answer is `None` where the network refused
    /// a row, which no text can bring about.
    pub fn map<T: Send + 'static>(
        &'static self,
        rows: impl IntoIterator<Item = Vec<Column>>,
        reduce: impl Fn(usize, Vec<Output>) -> T + Send + Sync + 'static,
    ) -> Vec<Option<T>> {
        let lanes = lanes();
        let reduce = Arc::new(reduce);
        let mut rows = rows.into_iter().enumerate().map(|(nth, columns)| {
            let (answer, receiver) = channel();
            let reduce = reduce.clone();
            lanes.run(Box::new(move |pool| {
                if let Some(outputs) = self.run(columns, pool) {
                    // Nobody listens any more where the caller is gone.
                    let _ = answer.send(reduce(nth, outputs));
                }
            }));
            receiver
        });
        // Few rows wait in the queue at a time, so that a long article does not hold up a short one.
        let mut waiting: VecDeque<Receiver<T>> = rows.by_ref().take(2 * lanes.count).collect();
        let mut answers = Vec::new();
        while let Some(receiver) = waiting.pop_front() {
            answers.push(receiver.recv().ok());
            waiting.extend(rows.next());
        }
        answers
    }
}

type Job = Box<dyn FnOnce(&Arc<ThreadPool>) + Send>;

/// Threads that run rows.
struct Lanes {
    jobs: Mutex<Sender<Job>>,
    /// How many there are.
    count: usize,
}

impl Lanes {
    fn run(&self, job: Job) {
        // A job that cannot be queued is dropped, and its caller told by the closed channel.
        let _ = self
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send(job);
    }
}

/// The lanes of this process, started on first use.
fn lanes() -> &'static Lanes {
    static LANES: OnceLock<Lanes> = OnceLock::new();
    LANES.get_or_init(|| {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        for nth in 0..cores {
            let queue = queue.clone();
            let lane = move || {
                let pool = Arc::new(ThreadPool::with_num_threads(1));
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    // A lane outlives a job that panics; the job's caller sees a closed channel.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&pool)));
                }
            };
            // Fewer lanes serve as well; without any, callers see closed channels.
            let _ = std::thread::Builder::new()
                .name(format!("lane-{nth}"))
                .spawn(lane);
        }
        Lanes {
            jobs: Mutex::new(jobs),
            count: cores,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// SHA-256 of the bits of all outputs for one row of 60 tokens, as 16 hexadecimal digits.
    fn digest(network: &Network, columns: Vec<Column>) -> String {
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        let outputs = network.run(columns, &pool).unwrap();
        let mut hash = Sha256::new();
        for output in outputs {
            output
                .data
                .iter()
                .for_each(|number| hash.update(number.to_le_bytes()));
        }
        hash.finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn load(bytes: &'static [u8], inputs: &[&str], outputs: &[&str]) -> Network {
        Network::load("test", bytes, inputs, outputs).unwrap()
    }

    /// New weights have other digests, which are written here; another processor has not.
    #[test]
    fn a_network_answers_with_the_same_bits_on_every_processor() {
        let ids = || Column::Numbers((0..60).map(|nth| 1000 + 131 * nth).collect());
        let marks = || Column::Numbers((0..60).map(|nth| nth / 13).collect());
        let states = || Column::States {
            width: 384,
            data: (0..60 * 384)
                .map(|nth| ((nth * 7919) % 2003) as f32 / 1001.0 - 1.0)
                .collect(),
        };
        let tagger = load(
            include_bytes!("../model/attribution/tagger.onnx"),
            &["ids", "shape"],
            &["tags", "pointer"],
        );
        let coder = load(
            include_bytes!("../model/coder/coder.onnx"),
            &["ids", "marks"],
            &["issue", "act", "left", "right", "polar", "counts", "when"],
        );
        let pair = load(
            include_bytes!("../model/coder/pair.onnx"),
            &["states", "marks"],
            &["stance"],
        );
        let digests = [
            digest(&tagger, vec![ids(), marks()]),
            digest(&coder, vec![ids(), marks()]),
            digest(&pair, vec![states(), marks()]),
        ];
        let known = ["9c2e0bb8a0e87eef", "06f36bf9a1f97dfe", "c0a4412163b6f35e"];
        assert_eq!(digests, known);
    }
}
