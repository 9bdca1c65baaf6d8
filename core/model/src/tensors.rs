//! What a `.safetensors` file holds, by name and shape.

use safetensors::{Dtype, SafeTensors};

use crate::error::ModelError;

/// The tensors of one file.
pub(crate) struct Tensors<'a> {
    file: &'static str,
    tensors: SafeTensors<'a>,
}

impl<'a> Tensors<'a> {
    pub fn read(file: &'static str, content: &'a [u8]) -> Result<Self, ModelError> {
        let tensors = SafeTensors::deserialize(content).map_err(|_| ModelError::damaged(file))?;
        Ok(Self { file, tensors })
    }

    pub fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// How many rows a matrix has; `None` where it is none or not there.
    pub fn rows(&self, name: &str) -> Option<usize> {
        match self.tensors.tensor(name).ok()?.shape() {
            [rows, _] => Some(*rows),
            _ => None,
        }
    }

    /// How many columns a matrix has; `None` where it is none or not there.
    pub fn columns(&self, name: &str) -> Option<usize> {
        match self.tensors.tensor(name).ok()?.shape() {
            [_, columns] => Some(*columns),
            _ => None,
        }
    }

    /// How many numbers a list has; `None` where it is none or not there.
    pub fn length(&self, name: &str) -> Option<usize> {
        match self.tensors.tensor(name).ok()?.shape() {
            [length] => Some(*length),
            _ => None,
        }
    }

    /// 32-bit floats, all of them numbers; `None` where there is no such tensor of this shape.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Option<Vec<f32>>, ModelError> {
        let Some(bytes) = self.bytes(name, Dtype::F32, shape) else { return Ok(None) };
        let floats: Vec<f32> = bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        if floats.iter().all(|x| x.is_finite()) {
            Ok(Some(floats))
        } else {
            Err(ModelError::damaged(self.file))
        }
    }

    /// Whole numbers of eight bits; `None` where there is no such tensor of this shape.
    pub fn bytes_signed(&self, name: &str, shape: &[usize]) -> Option<Vec<i8>> {
        let bytes = self.bytes(name, Dtype::I8, shape)?;
        Some(bytes.iter().map(|byte| byte.cast_signed()).collect())
    }

    /// Whole numbers of 32 bits; `None` where there is no such tensor of this shape.
    pub fn counts(&self, name: &str, shape: &[usize]) -> Option<Vec<u32>> {
        let bytes = self.bytes(name, Dtype::U32, shape)?;
        Some(bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
    }

    /// Plain bytes; `None` where there is no such tensor of this shape.
    pub fn plain(&self, name: &str, shape: &[usize]) -> Option<&[u8]> {
        self.bytes(name, Dtype::U8, shape)
    }

    fn bytes(&self, name: &str, kind: Dtype, shape: &[usize]) -> Option<&[u8]> {
        let tensor = self.tensors.tensor(name).ok()?;
        (tensor.dtype() == kind && tensor.shape() == shape).then(|| tensor.data())
    }
}
