package io.kubejar.storage.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.kubejar.storage.Compare;
import io.kubejar.storage.Entry;
import io.kubejar.storage.Event;
import io.kubejar.storage.Value;
import io.kubejar.storage.Write;
import java.util.List;
import java.util.Optional;

/// Our words in etcd's, and back.
final class EtcdMessages {
  private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

  /// As the end of a range: all keys there are.
  private static final ByteString NO_END = FIRST_KEY;

  private EtcdMessages() {}

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /// Lent, not copied: values never change.
  static ByteString bytes(Value value) {
    return UnsafeByteOperations.unsafeWrap(value.array());
  }

  /// The first key of a range; etcd takes no empty one.
  static ByteString start(String key) {
    return key.isEmpty() ? FIRST_KEY : bytes(key);
  }

  /// The first key behind all keys of a prefix.
  static ByteString endOf(String prefix) {
    var bytes = bytes(prefix).toByteArray();
    for (int last = bytes.length - 1; last >= 0; last--) {
      if (bytes[last] != (byte) 0xff) {
        bytes[last]++;
        return ByteString.copyFrom(bytes, 0, last + 1);
      }
    }
    return NO_END;
  }

  static Entry entry(KeyValue kv) {
    return new Entry(
        kv.getKey().toStringUtf8(),
        Value.wrap(kv.getValue().toByteArray()),
        kv.getCreateRevision(),
        kv.getModRevision(),
        kv.getVersion());
  }

  static Optional<Entry> firstOf(List<KeyValue> found) {
    return found.stream().findFirst().map(EtcdMessages::entry);
  }

  static Event event(io.etcd.jetcd.api.Event event) {
    var previous =
        event.hasPrevKv() ? Optional.of(entry(event.getPrevKv())) : Optional.<Entry>empty();
    var kv = event.getKv();
    return event.getType() == io.etcd.jetcd.api.Event.EventType.DELETE
        ? new Event.Deleted(kv.getKey().toStringUtf8(), kv.getModRevision(), previous)
        : new Event.Put(entry(kv), previous);
  }

  static io.etcd.jetcd.api.Compare compare(Compare compare) {
    return io.etcd.jetcd.api.Compare.newBuilder()
        .setKey(bytes(compare.key()))
        .setTarget(io.etcd.jetcd.api.Compare.CompareTarget.MOD)
        .setResult(io.etcd.jetcd.api.Compare.CompareResult.EQUAL)
        .setModRevision(compare.modRevision())
        .build();
  }

  /// @param lease the lease of a key with a time to live, else 0
  static RequestOp write(Write write, long lease) {
    return switch (write) {
      case Write.Put(var key, var value, _) ->
          RequestOp.newBuilder()
              .setRequestPut(
                  PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setLease(lease))
              .build();
      case Write.Delete(var key) ->
          RequestOp.newBuilder()
              .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)))
              .build();
    };
  }

  static RequestOp read(Compare compare) {
    return RequestOp.newBuilder()
        .setRequestRange(RangeRequest.newBuilder().setKey(bytes(compare.key())))
        .build();
  }
}
