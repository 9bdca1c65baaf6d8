//! Which kernel runs here: chosen from what the processor says it has, once.

use std::sync::OnceLock;

use crate::encoder::{Encoder, Scratch};
use crate::error::KernelError;
use crate::forward::forward;
use crate::portable::Portable;

/// A way of multiplying. All give the same bits; they differ in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Path {
    /// Plain Rust, everywhere.
    Portable,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-VNNI (256 bits).
    AvxVnni,
    /// x86-64 with AVX-512 VNNI.
    Avx512Vnni,
    /// aarch64 with NEON, which every one of them has.
    Neon,
    /// aarch64 with dot products (ARMv8.2 and later).
    NeonDot,
}

impl Path {
    /// Every path, the fastest of each architecture last.
    pub const ALL: [Self; 6] =
        [Self::Portable, Self::Avx2, Self::AvxVnni, Self::Avx512Vnni, Self::Neon, Self::NeonDot];

    /// The fastest that runs here.
    pub fn best() -> Self {
        static BEST: OnceLock<Path> = OnceLock::new();
        *BEST.get_or_init(|| Self::ALL.into_iter().rfind(|path| path.is_here()).unwrap_or(Self::Portable))
    }

    /// A short stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::AvxVnni => "avx-vnni",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Neon => "neon",
            Self::NeonDot => "neon-dot",
        }
    }

    /// Whether this processor has what the path needs.
    pub fn is_here(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("avxvnni"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot => {
                std::arch::is_aarch64_feature_detected!("neon")
                    && std::arch::is_aarch64_feature_detected!("dotprod")
            }
            #[allow(unreachable_patterns, reason = "the paths of other architectures")]
            _ => false,
        }
    }

    /// Runs an encoder. Whether the processor has the path is asked each time: the answer is kept by the standard library.
    pub(crate) fn run(
        self,
        encoder: &Encoder,
        pieces: &[u32],
        scratch: &mut Scratch,
        vector: &mut [f32],
    ) -> Result<(), KernelError> {
        if !self.is_here() {
            return Err(KernelError::Path);
        }
        match self {
            Self::Portable => forward::<Portable>(encoder, pieces, scratch, vector),
            // SAFETY: `is_here` has just said that the processor has every feature that the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { crate::x86::avx2(encoder, pieces, scratch, vector) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => unsafe { crate::x86::avx_vnni(encoder, pieces, scratch, vector) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => unsafe { crate::x86::avx512_vnni(encoder, pieces, scratch, vector) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Self::Neon => unsafe { crate::arm::neon(encoder, pieces, scratch, vector) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot => unsafe { crate::arm::neon_dot(encoder, pieces, scratch, vector) },
            #[allow(unreachable_patterns, reason = "the paths of other architectures")]
            _ => return Err(KernelError::Path),
        }
        Ok(())
    }
}
