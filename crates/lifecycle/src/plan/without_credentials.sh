# conda writes into an environment where each package came from, with the credentials of its channel (conda/conda#5955):
# of https://me:password@host/t/TOKEN/channel stays https://host/channel.
for file in "$1"/conda-meta/*.json "$1"/conda-meta/history; do
    if [ -f "$file" ]; then
        sed -E -e 's#://[^/"[:space:]]+@#://#g' -e 's#(://[^"[:space:]]*)/t/[^/"[:space:]]+/#\1/#g' "$file" > without \
            && cat without > "$file" || exit
    fi
done
