/* The arithmetic of fused_descent.c for one vector width; included once for each width that a processor may have.

   LANES   floats in a vector
   TARGET  the attribute that lets the compiler use the instructions of this width
   NAME(x) x with a suffix of its own for this width

   Forward and back are the same work: -Σ_k x[i, k] m[k, :] for a tile of TILE items i and a strip of 3 vectors of hidden
   units. Forward an item is a sample and m the weights; back an item is an input and m the gated errors of the samples.
   That is 12 sums, which keeps the additions busy and fits 16 registers. `multiply` makes them of any numbers x, and
   `look_up` of bits, from the tables of `tabulate`. */

#define STRIP (3 * LANES)
#define TABLE (16 * STRIP)
#define INLINE TARGET static inline __attribute__((always_inline))

typedef float NAME(floats) __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t NAME(ints) __attribute__((vector_size(4 * LANES), may_alias));
typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES), may_alias));

/* The sums of numbers that are `next_item` and `next_term` apart, times rows of m that are `next_row` apart. */
INLINE void NAME(multiply)(NAME(floats) sums[TILE][3], const float *x, long next_item, long next_term, const float *m,
                           long next_row, long terms)
{
    for (int i = 0; i < TILE; i++)
        for (int j = 0; j < 3; j++)
            sums[i][j] = (NAME(floats)){0};
    for (long k = 0; k < terms; k++, x += next_term, m += next_row)
        for (int i = 0; i < TILE; i++)
            for (int j = 0; j < 3; j++)
                sums[i][j] -= x[i * next_item] * ((const NAME(floats) *)m)[j];
}

/* One vector of a table: minus the sums of all 16 subsets of TILE rows. None of them is -0. */
INLINE void NAME(tabulate)(float *table, const NAME(floats) rows[TILE])
{
    NAME(floats) sums[16] = {{0}};
    for (int bit = 0; bit < TILE; bit++)
        for (int subset = 0; subset < 1 << bit; subset++)
            sums[(1 << bit) + subset] = sums[subset] - rows[bit];
    for (int subset = 0; subset < 16; subset++)
        *(NAME(floats) *)(table + subset * STRIP) = sums[subset];
}

/* The sums of one row of each table; `places` has where they begin in the first table, in bytes, for one item after the
   other, and `next_table` further on where they begin in the next. */
INLINE void NAME(look_up)(NAME(floats) sums[TILE][3], const float *tables, const uint16_t *places, long next_table,
                          long count)
{
    for (int i = 0; i < TILE; i++)
        for (int j = 0; j < 3; j++)
            sums[i][j] = ((const NAME(floats) *)((const char *)tables + places[i]))[j];
    for (long k = 1; k < count; k++) {
        tables += TABLE, places += next_table;
        for (int i = 0; i < TILE; i++)
            for (int j = 0; j < 3; j++)
                sums[i][j] += ((const NAME(floats) *)((const char *)tables + places[i]))[j];
    }
}

/* Where `look_up` finds the sums of a batch of bits: of each sample over tiles of inputs, of each input over tiles of
   samples. */
TARGET static void NAME(find_places)(struct batch *batch, long stride)
{
    const uint16_t row = STRIP * sizeof(float);
    const uint8_t *bits = batch->inputs;
    for (long sample = 0; sample < batch->padded; sample++)
        for (long input = 0; input < stride; input += TILE) {
            const uint8_t *x = bits + sample * stride + input;
            batch->places[input / TILE * batch->padded + sample] = row * (x[0] + 2 * x[1] + 4 * x[2] + 8 * x[3]);
        }
    for (long sample = 0; sample < batch->padded; sample += TILE)
        for (long input = 0; input < stride; input++) {
            const uint8_t *x = bits + sample * stride + input;
            batch->places_back[sample / TILE * stride + input] =
                row * (x[0] + 2 * x[stride] + 4 * x[2 * stride] + 8 * x[3 * stride]);
        }
}

/* Forward through one strip: add every sample's share of -v·relu(h) to its vector of sums, and remember where h > 0,
   WORD samples to a word of each unit, the first in the highest bit. What is summed is -h, starting at +0, so that its
   sign bit is set exactly where h > 0: rounding never turns a sum that starts at +0 into -0. */
TARGET static void NAME(go_forward)(const float *hidden, const float *readout, long rows, long stride,
                                    const struct batch *batch, const struct workspace *workspace, uint32_t *gates)
{
    NAME(floats) v[3];
    for (int j = 0; j < 3; j++)
        v[j] = ((const NAME(floats) *)readout)[j];
    for (long row = 0; batch->bits && row < stride; row += TILE)
        for (int j = 0; j < 3; j++) {
            NAME(floats) weights[TILE];
            for (int i = 0; i < TILE; i++)
                weights[i] = ((const NAME(floats) *)(hidden + (row + i) * BLOCK))[j];
            NAME(tabulate)(workspace->tables + row / TILE * TABLE + j * LANES, weights);
        }
    for (long first = 0; first < batch->padded; first += WORD) {
        long end = least(first + WORD, batch->padded);
        NAME(words) active[3] = {{0}};
        for (long sample = first; sample < end; sample += TILE) {
            NAME(floats) negative[TILE][3];
            if (batch->bits)
                NAME(look_up)(negative, workspace->tables, batch->places + sample, batch->padded, stride / TILE);
            else
                NAME(multiply)(negative, (const float *)batch->inputs + sample * stride, stride, 1, hidden, BLOCK, rows);
            for (int i = 0; i < TILE; i++) {
                NAME(floats) *place = (NAME(floats) *)(workspace->sums + (sample + i) * LANES), sum = *place;
                for (int j = 0; j < 3; j++) {
                    NAME(ints) positive = (NAME(ints))negative[i][j] >> 31;
                    sum += v[j] * (NAME(floats))((NAME(ints))negative[i][j] & positive);
                    active[j] = active[j] + active[j] - (NAME(words))positive;
                }
                *place = sum;
            }
        }
        for (int j = 0; j < 3; j++)
            ((NAME(words) *)(gates + first / WORD * BLOCK))[j] = active[j] << (uint32_t)(first + WORD - end);
    }
}

/* Back through one strip and one step of descent: with G = Σ x ⊗ (δ [h > 0]) over the batch, u ← u - 2c Σ_rows U G and
   U ← U - c G u. G is summed over one WORD of samples after the other, whose tables stay in the cache. */
TARGET static void NAME(go_back)(float *hidden, float *readout, long stride, const struct batch *batch,
                                 const struct workspace *workspace, const uint32_t *gates)
{
    NAME(floats) *v = (NAME(floats) *)readout, slope[3] = {{0}}, step[3];
    for (int j = 0; j < 3; j++)
        step[j] = batch->rate * v[j];
    for (long first = 0; first < batch->padded; first += WORD) {
        long samples = least(WORD, batch->padded - first);
        for (long k = 0; k < samples; k += TILE)
            for (int j = 0; j < 3; j++) {
                NAME(words) active = ((const NAME(words) *)(gates + first / WORD * BLOCK))[j];
                NAME(floats) gated[TILE];
                for (int i = 0; i < TILE; i++) {
                    NAME(ints) gate = (NAME(ints))(active << (uint32_t)(k + i)) >> 31;
                    gated[i] = (NAME(floats))(gate & (NAME(ints))(batch->errors[first + k + i] - (NAME(floats)){0}));
                }
                if (batch->bits)
                    NAME(tabulate)(workspace->tables + k / TILE * TABLE + j * LANES, gated);
                else
                    for (int i = 0; i < TILE; i++)
                        ((NAME(floats) *)(workspace->tables + (k + i) * STRIP))[j] = gated[i];
            }
        for (long row = 0; row < stride; row += TILE) {
            NAME(floats) negative[TILE][3]; /* -G, with the last word */
            NAME(floats) *so_far = (NAME(floats) *)(workspace->gradient + row * STRIP);
            if (batch->bits)
                NAME(look_up)(negative, workspace->tables, batch->places_back + first / TILE * stride + row, stride,
                              samples / TILE);
            else
                NAME(multiply)(negative, (const float *)batch->inputs + first * stride + row, 1, stride,
                               workspace->tables, STRIP, samples);
            if (first > 0)
                for (int i = 0; i < TILE; i++)
                    for (int j = 0; j < 3; j++)
                        negative[i][j] += so_far[i * 3 + j];
            if (first + samples < batch->padded) {
                for (int i = 0; i < TILE; i++)
                    for (int j = 0; j < 3; j++)
                        so_far[i * 3 + j] = negative[i][j];
                continue;
            }
            for (int i = 0; i < TILE; i++) {
                NAME(floats) *w = (NAME(floats) *)(hidden + (row + i) * BLOCK);
                for (int j = 0; j < 3; j++) {
                    slope[j] += w[j] * negative[i][j];
                    w[j] += step[j] * negative[i][j];
                }
            }
        }
    }
    for (int j = 0; j < 3; j++)
        v[j] += 2 * batch->rate * slope[j];
}

/* One pass over the weights: the step of batch `back`, if there is one, and the margins of batch `front`, if there
   is one, while each strip of weights is in the cache. The gates go from one to the other, pass by pass. */
TARGET static void NAME(pass)(struct network *network, const struct batch *back, struct batch *front,
                              struct workspace *workspace)
{
    long stride = network->stride;
    if (front)
        memset(workspace->sums, 0, sizeof(float) * LANES * front->padded);
    if (front && front->bits)
        NAME(find_places)(front, stride);
    for (long unit = 0; unit < network->blocks * BLOCK; unit += STRIP) {
        long block = unit / BLOCK, strip = unit % BLOCK;
        float *hidden = network->hidden + block * stride * BLOCK + strip, *readout = network->readout + unit;
        uint32_t *gates = workspace->gates + block * workspace->gate_stride + strip;
        if (back)
            NAME(go_back)(hidden, readout, stride, back, workspace, gates);
        if (front)
            NAME(go_forward)(hidden, readout, network->rows, stride, front, workspace, gates);
    }
    for (long sample = 0; front && sample < front->samples; sample++) {
        float sum = 0;
        for (int lane = 0; lane < LANES; lane++)
            sum += workspace->sums[sample * LANES + lane];
        front->margins[sample] = (float)(-network->scale * network->scale * sum);
    }
}

#undef STRIP
#undef TABLE
#undef INLINE
