/// Encryption at rest. [EncryptionConfiguration] says which resources are encrypted by which
/// providers and keys; a [Transformer] turns a stored value into bytes for the disk and back. The
/// bytes are upstream's: either server reads what the other wrote.
@NullMarked
package io.kubejar.apiserver.encryption;

import org.jspecify.annotations.NullMarked;
