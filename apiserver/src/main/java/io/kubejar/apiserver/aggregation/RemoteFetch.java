package io.kubejar.apiserver.aggregation;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.connect.Backend;
import io.kubejar.http.Headers;
import io.kubejar.http.UpgradeClient;
import java.io.IOException;

/// Asks servers behind APIServices for documents, in the aggregator's own name.
final class RemoteFetch {
  /// The largest document that is taken.
  private static final int DOCUMENT_MAX = 32 << 20;

  private static final UserInfo SELF =
      UserInfo.of("system:kube-aggregator", UserInfo.MASTERS_GROUP);

  private RemoteFetch() {}

  /// A document that has come whole.
  @SuppressWarnings("ArrayRecordComponent") // Parsed at once, never compared.
  record Document(int status, Headers headers, byte[] body) {}

  /// Whether and how the server answers; what it says does not matter.
  static int status(Backend backend, String path) throws IOException {
    var answer = UpgradeClient.send(backend.target(), request(path, Headers.EMPTY, backend));
    answer.stream().close();
    return answer.status();
  }

  /// @param etag what is known already; empty for nothing. An unchanged document answers 304
  static Document document(Backend backend, String path, String accept, String etag)
      throws IOException {
    var headers = Headers.of("Accept", accept);
    var asking = etag.isEmpty() ? headers : headers.with("If-None-Match", etag);
    var answer = UpgradeClient.send(backend.target(), request(path, asking, backend));
    try (var stream = answer.stream()) {
      var body = stream.input().readNBytes(DOCUMENT_MAX + 1);
      if (body.length > DOCUMENT_MAX) {
        throw new IOException(path + " is larger than " + DOCUMENT_MAX + " bytes");
      }
      return new Document(answer.status(), answer.headers(), body);
    }
  }

  private static UpgradeClient.Request request(String path, Headers headers, Backend backend) {
    var identified =
        IdentityHeaders.with(headers, SELF)
            .with("Host", backend.authority())
            .with("Connection", "close");
    return new UpgradeClient.Request("GET", path, identified);
  }
}
