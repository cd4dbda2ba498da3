package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import io.kubejar.http.ResponseStream;
import java.io.IOException;

/// Events whose objects are told by their metadata only. The bytes are shared by all watchers.
record MetadataFrames<T extends KubernetesObject>(ResourceType<T> type, Encoding encoding)
    implements WatchFrames<T> {

  @Override
  public void change(WatchItem.Type change, Stored<T> object, ResponseStream out)
      throws IOException {
    frame(change.name(), object, out);
  }

  @Override
  public void bookmark(long revision, boolean initialEventsEnd, ResponseStream out)
      throws IOException {
    var empty = Bookmarks.object(type, revision, initialEventsEnd);
    frame("BOOKMARK", new Stored<>("", empty, revision), out);
  }

  private void frame(String event, Stored<T> object, ResponseStream out) throws IOException {
    switch (encoding) {
      case PROTOBUF -> ProtobufFrames.frame(event, MetadataOnly.envelope(object), out);
      case JSON, YAML -> JsonFrames.whole(event, MetadataOnly.json(object), out);
    }
  }

  @Override
  public void error(Status status, ResponseStream out) throws IOException {
    switch (encoding) {
      case PROTOBUF -> ProtobufFrames.failure(status, out);
      case JSON, YAML -> JsonFrames.error(Status.CODEC.toJson(status), out);
    }
  }
}
