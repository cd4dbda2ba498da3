package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.http.ResponseStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;

/// Events whose objects are told as rows of a table. Every watcher has its own: the first one
/// carries the columns, and ages depend on when it is told.
final class TableFrames<T extends KubernetesObject> implements WatchFrames<T> {
  private final Strategy<T> strategy;
  private final Serving serving;
  private final Request request;
  private boolean headerSent;

  TableFrames(Strategy<T> strategy, Serving serving, Request request) {
    this.strategy = strategy;
    this.serving = serving;
    this.request = request;
  }

  @Override
  public void change(WatchItem.Type change, Stored<T> object, ResponseStream out)
      throws IOException {
    write(change.name(), object.object(), object.revision(), out);
  }

  @Override
  public void bookmark(long revision, boolean initialEventsEnd, ResponseStream out)
      throws IOException {
    write("BOOKMARK", Bookmarks.object(strategy.type(), revision, initialEventsEnd), revision, out);
  }

  private void write(String event, T object, long revision, ResponseStream out) throws IOException {
    var answer = new TableAnswer<>(strategy, serving.clock(), request.query());
    var metadata = JsonObject.of("resourceVersion", new JsonString(Long.toString(revision)));
    var shown = answer.table(List.of(object), metadata, headerSent);
    headerSent = true;
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("type", new JsonString(event));
    fields.put("object", shown);
    out.write(JsonPrinter.printUtf8(new JsonObject(fields)));
    out.write('\n');
  }

  @Override
  public void error(Status status, ResponseStream out) throws IOException {
    JsonFrames.error(Status.CODEC.toJson(status), out);
  }
}
