package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.http.ResponseStream;
import java.io.IOException;

/// Writes the events of a watch in one format.
interface WatchFrames<T extends KubernetesObject> {
  void change(WatchItem.Type change, Stored<T> object, ResponseStream out) throws IOException;

  void bookmark(long revision, boolean initialEventsEnd, ResponseStream out) throws IOException;

  void error(Status status, ResponseStream out) throws IOException;

  static <T extends KubernetesObject> WatchFrames<T> of(
      Strategy<T> strategy, Serving serving, Request request, OutputFormat format) {
    return switch (format.shape()) {
      case OBJECT ->
          format.encoding() == OutputFormat.Encoding.PROTOBUF
              ? new ProtobufFrames<>(strategy.type())
              : new JsonFrames<>(strategy.type());
      case TABLE -> new TableFrames<>(strategy, serving, request);
      case METADATA, METADATA_LIST -> new MetadataFrames<>(strategy.type(), format.encoding());
    };
  }
}
