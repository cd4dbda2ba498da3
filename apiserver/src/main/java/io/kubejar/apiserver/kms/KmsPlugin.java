package io.kubejar.apiserver.kms;

import io.kubejar.apimachinery.Bytes;
import java.util.Map;

/// A program that holds keys and never gives them away: it encrypts and decrypts for others.
///
/// Every call takes as long as the plugin's time limit at most, and waits for a plugin that is not
/// there yet. A thread that is interrupted meanwhile stays interrupted and gets a failure.
public interface KmsPlugin extends AutoCloseable {
  /// How it is.
  ///
  /// @param version of the protocol, `v2`
  /// @param healthz `ok`, or what is wrong
  /// @param keyId the key it would encrypt with
  record Status(String version, String healthz, String keyId) {}

  /// What was encrypted, and what the plugin wants to see again to decrypt it.
  record Encrypted(Bytes ciphertext, String keyId, Map<String, Bytes> annotations) {
    public Encrypted {
      annotations = Map.copyOf(annotations);
    }
  }

  Status status() throws KmsException;

  /// @param uid names the call in the plugin's log
  Encrypted encrypt(String uid, Bytes plaintext) throws KmsException;

  /// @param uid names the call in the plugin's log
  Bytes decrypt(String uid, Encrypted encrypted) throws KmsException;

  @Override
  void close();
}
