//! What can be wrong with weights or with a call.

/// Why an encoder could not be built or could not run. Nothing in it comes from the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// Sizes that do not fit each other, or that the kernels are not made for.
    #[error("the encoder's sizes do not fit: {0}")]
    Size(&'static str),
    /// A scale, a bias or a norm that is not a finite number.
    #[error("the encoder's weights hold what is no number")]
    NoNumber,
    /// A piece that is not in the vocabulary, no pieces, or more than there are places for.
    #[error("the pieces do not fit the encoder")]
    Pieces,
    /// A kernel that this processor has not.
    #[error("this processor has no such kernel")]
    Path,
}
