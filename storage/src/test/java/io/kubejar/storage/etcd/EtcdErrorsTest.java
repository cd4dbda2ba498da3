package io.kubejar.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.kubejar.storage.etcd.EtcdErrors.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The texts are those of etcd's `rpctypes`.
class EtcdErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "OUT_OF_RANGE, etcdserver: mvcc: required revision has been compacted, COMPACTED",
    "OUT_OF_RANGE, etcdserver: mvcc: required revision is a future revision, FUTURE",
    "UNAVAILABLE, etcdserver: no leader, NOT_DONE",
    "UNAVAILABLE, 'etcdserver: request timed out, possibly due to previous leader failure',"
        + " UNKNOWN",
    "UNAVAILABLE, io exception, UNKNOWN",
    "DEADLINE_EXCEEDED, deadline exceeded, UNKNOWN",
    "RESOURCE_EXHAUSTED, etcdserver: too many requests, NOT_DONE",
    "RESOURCE_EXHAUSTED, etcdserver: mvcc: database space exceeded, REFUSED",
    "UNAUTHENTICATED, etcdserver: invalid auth token, LOGIN_NEEDED",
    "INVALID_ARGUMENT, etcdserver: user name is empty, LOGIN_NEEDED",
    "INVALID_ARGUMENT, etcdserver: revision of auth store is old, LOGIN_NEEDED",
    "INVALID_ARGUMENT, etcdserver: request is too large, TOO_LARGE",
    "INVALID_ARGUMENT, 'etcdserver: authentication failed, invalid user ID or password', REFUSED",
    "PERMISSION_DENIED, etcdserver: permission denied, REFUSED",
    "NOT_FOUND, etcdserver: requested lease not found, LEASE_GONE"
  })
  void everyTextOfEtcdMeansWhatItSays(Status.Code code, String text, Kind kind) {
    var error = code.toStatus().withDescription(text).asRuntimeException();

    assertThat(EtcdErrors.kindOf(error)).isEqualTo(kind);
  }
}
