package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a store back from its disk.
///
/// The newest snapshot gives the entries at the compacted revision; the log gives everything since.
/// The log may end in a write that was cut short: nobody was told of it, so it is cut off. Any
/// other flaw is damage, which is refused with a word on where it is. Before the answer is given,
/// all that was read is made durable: after a crash of the process only, it may have been read from
/// memory.
final class Recovery {
  private static final long FIRST_SEQUENCE = 1;

  private final Disk disk;
  private final LogFormat.Checksum checksum;
  private State state = State.EMPTY;
  private @Nullable UUID store;
  private long snapshotRevision;
  private long snapshotBytes;
  private int chain;

  /// Where the replay is; behind the state's revision while it goes through what the snapshot has.
  private long logRevision;

  /// Where in its segment the newest batch begins.
  private int lastBatch;

  private Recovery(LogOptions options) {
    this.disk = options.disk();
    this.checksum = options.checksum();
  }

  /// What was found.
  ///
  /// @param segments the live segments, oldest first; none in a new store
  /// @param chain the checksum of the last record
  /// @param snapshotRevision the revision of the snapshot, 0 without one
  /// @param snapshotBytes the size of the snapshot, 0 without one
  record Recovered(
      State state, List<Segment> segments, int chain, long snapshotRevision, long snapshotBytes) {
    Recovered {
      segments = List.copyOf(segments);
    }
  }

  static Recovered recover(LogOptions options) throws IOException {
    return new Recovery(options).run();
  }

  private Recovered run() throws IOException {
    var names = disk.list();
    var snapshots = FileNames.only(names, FileNames.SNAPSHOT);
    var segmentNames = FileNames.only(names, FileNames.SEGMENT);
    if (!snapshots.isEmpty()) {
      var snapshot = SnapshotReader.read(disk, snapshots.getLast(), checksum);
      state = snapshot.state();
      store = snapshot.store();
      snapshotRevision = state.revision();
      snapshotBytes = snapshot.bytes();
      if (segmentNames.isEmpty()) {
        throw new CorruptStoreException(
            "the log in " + disk + " is missing, only a snapshot is there");
      }
    }
    var live = liveSegments(segmentNames);
    var segments = new ArrayList<Segment>();
    for (int i = 0; i < live.size(); i++) {
      segments.add(replay(live.get(i), i == 0, i == live.size() - 1));
    }
    if (!segments.isEmpty() && logRevision < state.revision()) {
      throw new CorruptStoreException(
          "the log in %s is damaged: it can be read up to revision %d only, but the snapshot is of revision %d"
              .formatted(disk, logRevision, state.revision()));
    }
    disk.sync();
    return new Recovered(state, segments, chain, snapshotRevision, snapshotBytes);
  }

  /// The segments that hold more than the snapshot does. Those before may be gone in any order.
  private List<SegmentHeader> liveSegments(List<String> names) throws IOException {
    var live = new ArrayList<SegmentHeader>();
    for (var name : names.reversed()) {
      var header = readHeader(name);
      live.addFirst(header);
      boolean begins =
          snapshotRevision == 0
              ? header.sequence() == FIRST_SEQUENCE
              : header.baseRevision() <= snapshotRevision;
      if (begins) {
        return live;
      }
    }
    if (!live.isEmpty()) {
      throw new CorruptStoreException(
          "the log in %s begins after revision %d, but everything after %d is needed: a segment is missing"
              .formatted(disk, live.getFirst().baseRevision(), state.revision()));
    }
    return live;
  }

  private SegmentHeader readHeader(String name) throws IOException {
    var where = "the segment " + name + " in " + disk;
    try (var file = disk.open(name)) {
      var block = ByteBuffer.allocate(LogFormat.BLOCK_BYTES);
      file.read(0, block);
      var header = SegmentHeader.decode(block.flip(), checksum, where);
      if (header.sequence() != FileNames.number(name, FileNames.SEGMENT)) {
        throw new CorruptStoreException(where + " says that it is segment " + header.sequence());
      }
      if (store != null && !store.equals(header.store())) {
        throw new CorruptStoreException(where + " belongs to another store");
      }
      store = header.store();
      return header;
    }
  }

  private Segment replay(SegmentHeader header, boolean first, boolean last) throws IOException {
    var name = FileNames.of(FileNames.SEGMENT, header.sequence());
    var where = "the segment " + name + " in " + disk;
    if (first) {
      chain = header.chain();
      logRevision = header.baseRevision();
    } else if (header.chain() != chain || header.baseRevision() != logRevision) {
      throw new CorruptStoreException(
          "the log in %s is damaged in the middle: it can be read up to revision %d only, but %s goes on after revision %d"
              .formatted(disk, logRevision, name, header.baseRevision()));
    }
    try (var file = disk.open(name)) {
      var content = ByteBuffer.allocate(Math.toIntExact(file.size()));
      file.read(0, content);
      content.flip();
      int end = replayFrames(content, header, where);
      if (last) {
        refuseDamageBefore(end, content, header, where);
        // Whole blocks only: the last one is durable and must not be touched again.
        long blocks = LogFormat.alignUp(end);
        if (blocks < file.size()) {
          file.truncate(blocks);
        }
        // Where a sync has failed, memory can show what the disk has not got, and will not try to
        // write again. That can only be the last batch; writing the same once more is harmless.
        file.write(
            lastBatch, content.limit((int) Math.min(blocks, content.limit())).position(lastBatch));
        file.sync();
      }
      return new Segment(header, end);
    }
  }

  /// Applies all sound frames in a row and gives the place behind the last one.
  private int replayFrames(ByteBuffer content, SegmentHeader header, String where) {
    int end = LogFormat.BLOCK_BYTES;
    lastBatch = end;
    while (true) {
      var frame = Frame.read(content, end, header.sequence(), checksum);
      int start = end;
      if (frame == null || frame.chain() != chain) {
        start = (int) LogFormat.alignUp(end);
        frame = Frame.read(content, start, header.sequence(), checksum);
      }
      if (frame == null || frame.chain() != chain) {
        return end;
      }
      replayFrame(frame, where);
      chain = frame.checksum();
      end = start + frame.size();
    }
  }

  private void replayFrame(Frame frame, String where) {
    var logged = LogRecord.decode(frame.payload().duplicate());
    boolean commits = logged instanceof LogRecord.Commit;
    if (frame.revision() != logRevision + (commits ? 1 : 0)) {
      throw new CorruptStoreException(
          where + " goes from revision " + logRevision + " to " + frame.revision());
    }
    logRevision = frame.revision();
    lastBatch = frame.batchStart();
    if (!commits || logRevision > state.revision()) {
      state = logged.applyTo(state);
    }
  }

  /// A batch is begun only when the one before is durable. So if there is the beginning of a batch
  /// behind the place where the log ends, then that end is not that of a write cut short.
  private void refuseDamageBefore(int end, ByteBuffer content, SegmentHeader header, String where) {
    for (int p = (int) LogFormat.alignUp(end); p < content.limit(); p += LogFormat.BLOCK_BYTES) {
      var frame = Frame.read(content, p, header.sequence(), checksum);
      if (frame != null && frame.batchStart() == p) {
        throw new CorruptStoreException(
            ("%s is damaged at byte %d, in the middle of the log: revision %d cannot be read,"
                    + " but revision %d was acknowledged after it")
                .formatted(where, end, logRevision + 1, frame.revision()));
      }
    }
  }
}
