package io.kubejar.dns;

import java.util.List;

/// The records that answer a question.
///
/// @param authorities the zone's SOA if there is nothing to answer with
/// @param additionals what the asker would ask next
record Answer(
    int code, List<DnsRecord> answers, List<DnsRecord> authorities, List<DnsRecord> additionals) {

  Answer {
    answers = List.copyOf(answers);
    authorities = List.copyOf(authorities);
    additionals = List.copyOf(additionals);
  }

  static Answer failure(int code) {
    return new Answer(code, List.of(), List.of(), List.of());
  }
}
