package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.http.ResponseStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// One JSON text a line. An object's bytes are shared by all watchers.
record JsonFrames<T extends KubernetesObject>(ResourceType<T> type) implements WatchFrames<T> {
  private static final byte[] END = {'}', '\n'};

  @Override
  public void change(WatchItem.Type change, Stored<T> object, ResponseStream out)
      throws IOException {
    whole(change.name(), ObjectJson.whole(type, object), out);
  }

  @Override
  public void bookmark(long revision, boolean initialEventsEnd, ResponseStream out)
      throws IOException {
    var empty = Bookmarks.object(type, revision, initialEventsEnd);
    whole("BOOKMARK", type.codec().toJson(empty), out);
  }

  /// An event around the text of a whole object.
  static void whole(String event, byte[] object, ResponseStream out) throws IOException {
    out.write(utf8("{\"type\":\"" + event + "\",\"object\":"));
    out.writeShared(object);
    out.write(END);
  }

  @Override
  public void error(Status status, ResponseStream out) throws IOException {
    error(Status.CODEC.toJson(status), out);
  }

  static void error(byte[] json, ResponseStream out) throws IOException {
    whole("ERROR", json, out);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
