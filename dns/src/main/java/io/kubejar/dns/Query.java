package io.kubejar.dns;

/// A query as it came in, and how large the answer may be.
///
/// @param questionEnd where in the message the question ends
/// @param payloadMax the largest UDP answer that the asker takes
/// @param edns whether it speaks EDNS
/// @param ednsVersion the version it speaks
@SuppressWarnings("ArrayRecordComponent") // It is read only, and never compared.
record Query(
    byte[] message,
    Question question,
    int questionEnd,
    int payloadMax,
    boolean edns,
    int ednsVersion) {

  int id() {
    return (message[0] & 0xff) << 8 | (message[1] & 0xff);
  }

  boolean recursionDesired() {
    return (message[2] & 1) != 0;
  }

  boolean ofInternet() {
    return message[questionEnd - 1] == 1 && message[questionEnd - 2] == 0;
  }
}
